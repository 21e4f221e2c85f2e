package io.weir.broker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.OutOfDirectMemoryError;
import io.weir.protocol.wire.RepeatedString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: requests are dispatched as they arrive, answers leave in the order of the
 * requests. Confined to the channel's event loop, but for {@link #onOutcome}, {@link #onRoom} and
 * {@link #closeBecause}.
 *
 * <p>Its socket is read only while all of these hold, so that each client's share of the node is
 * bounded:
 *
 * <ul>
 *   <li>its unanswered requests are below the bounds in number and bytes
 *   <li>the client reads its answers: what waits to be sent is below the channel's water mark
 *   <li>the requests of all connections together are below the node's bound, and while it is in the
 *       middle of a large request, all such are below theirs
 *   <li>the node is not about to stop
 * </ul>
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** From here on a request that has arrived in part counts as large. */
  private static final int LARGE_REQUEST_BYTES = 2 << 20;

  private final ClientServices services;
  private final String listenerName;
  private final Queue<Exchange> unanswered = new ArrayDeque<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final Runnable onRoom = this::onRoom;
  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameAssembler assembler;
  private @Nullable InetAddress clientAddress;
  private @Nullable RepeatedString clientId;
  private long unansweredBytes;
  private long accountedBytes;
  private long accountedLargeBytes;
  private volatile long partialBytes;
  private long lastProgressNs;
  private boolean dispatching;
  private boolean stopping;
  private boolean closed;

  ClientConnection(ClientServices services, String listenerName) {
    this.services = services;
    this.listenerName = listenerName;
  }

  String listenerName() {
    return listenerName;
  }

  InetAddress clientAddress() {
    return Objects.requireNonNull(clientAddress, "not connected yet");
  }

  /** As {@link Exchange#lastClientId}; on the event loop. */
  @Nullable RepeatedString clientId() {
    return clientId;
  }

  void clientId(@Nullable String value) {
    if (value == null) {
      clientId = null;
    } else if (clientId == null || !clientId.value().equals(value)) {
      clientId = RepeatedString.of(value);
    }
  }

  EventExecutor eventLoop() {
    return context().executor();
  }

  /** Bytes of a request that has arrived in part. Any thread. */
  long partialBytes() {
    return partialBytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    assembler = new FrameAssembler(ctx.alloc(), services.bounds().maxFrameBytes());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    clientAddress = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress();
    if (!services.connections().admit(this, clientAddress())) {
      closed = true;
      services.warnings().warn("connection of " + describe() + " refused: too many connections");
      var _ = ctx.close();
      return;
    }
    lastProgressNs = services.nanoTime().getAsLong();
    scheduleIdleCheck(TimeUnit.MILLISECONDS.toNanos(services.bounds().maxIdleMs()));
    updateReading();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (closed) {
      bytes.release();
      return;
    }
    assembler().feed(bytes);
    advance();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    advance();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("connection of {} broke", describe(), cause);
      close();
    } else if (cause instanceof VirtualMachineError && !isOutOfDirectMemory(cause)) {
      services.onFatal().accept(cause);
    } else {
      LOG.error("connection of {} is closed because of a failure", describe(), cause);
      close();
    }
  }

  /** An exchange is over. Any thread. */
  void onOutcome(Exchange exchange) {
    EventExecutor eventLoop = eventLoop();
    if (eventLoop.inEventLoop()) {
      if (!dispatching) {
        advance();
      }
    } else if (drainScheduled.compareAndSet(false, true)) {
      try {
        eventLoop.execute(() -> {
          drainScheduled.set(false);
          advance();
        });
      } catch (RejectedExecutionException e) {
        exchange.discard(); // the event loops have ended, and the connection with them
      }
    }
  }

  /** Closes the connection and says why in one line. Any thread. */
  void closeBecause(String why) {
    services.warnings().warn("connection of " + describe() + " is closed: " + why);
    EventExecutor eventLoop = eventLoop();
    if (eventLoop.inEventLoop()) {
      close();
    } else {
      eventLoop.execute(this::close);
    }
  }

  /** Reads no further requests; closes when those that it has are answered. Any thread. */
  void stop() {
    eventLoop()
        .execute(() -> {
          stopping = true;
          advance();
        });
  }

  private void onRoom() {
    eventLoop().execute(this::advance);
  }

  private void advance() {
    if (dispatching) {
      return;
    }
    if (closed) {
      discardAnswers();
      return;
    }
    dispatching = true;
    boolean wrote;
    try {
      wrote = writeAnswers();
      while (mayDispatch()) {
        ByteBuf frame = assembler().next();
        if (frame == null) {
          break;
        }
        dispatch(frame);
        wrote |= writeAnswers();
      }
    } catch (BadFrameException e) {
      closeBecause(String.valueOf(e.getMessage()));
      return;
    } catch (Throwable e) {
      exceptionCaught(context(), e);
      return;
    } finally {
      dispatching = false;
    }
    if (wrote) {
      context().flush();
    }
    afterAdvance();
  }

  private void afterAdvance() {
    if (closed) {
      return;
    }
    if (stopping && unanswered.isEmpty()) {
      context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    account();
    updateReading();
  }

  private void dispatch(ByteBuf frame) throws BadFrameException {
    Exchange exchange = new Exchange(this, frame.readableBytes());
    unanswered.add(exchange);
    unansweredBytes += exchange.requestBytes();
    lastProgressNs = services.nanoTime().getAsLong();
    try {
      services.frames().onFrame(exchange, frame);
    } finally {
      frame.release();
    }
  }

  private boolean writeAnswers() {
    boolean wrote = false;
    for (Exchange head = unanswered.peek();
        head != null && head.isOver();
        head = unanswered.peek()) {
      unanswered.remove();
      unansweredBytes -= head.requestBytes();
      Reply reply = head.reply();
      if (reply != null) {
        ResponseFrames.write(
            context(), reply, context().newPromise().addListener(written -> onWritten()));
        wrote = true;
      }
    }
    return wrote;
  }

  private void onWritten() {
    lastProgressNs = services.nanoTime().getAsLong();
  }

  private boolean mayDispatch() {
    ConnectionBounds bounds = services.bounds();
    return !closed
        && !stopping
        && unanswered.size() < bounds.maxRequests()
        && unansweredBytes < bounds.maxBytes()
        && context().channel().isWritable();
  }

  private void account() {
    long partial = assembler().heldBytes();
    partialBytes = partial;
    accountedBytes = account(services.memory(), accountedBytes, partial + unansweredBytes);
    long large = partial > LARGE_REQUEST_BYTES ? partial : 0;
    accountedLargeBytes = account(services.largeMemory(), accountedLargeBytes, large);
  }

  private static long account(RequestMemory memory, long before, long now) {
    if (now > before) {
      memory.take(now - before);
    } else {
      memory.giveBack(before - now);
    }
    return now;
  }

  private void updateReading() {
    boolean reads = mayDispatch();
    RequestMemory full = fullMemory();
    if (reads && full != null) {
      reads = false;
      full.whenThereIsRoom(onRoom);
    }
    var config = context().channel().config();
    if (config.isAutoRead() != reads) {
      config.setAutoRead(reads);
    }
  }

  private @Nullable RequestMemory fullMemory() {
    if (services.memory().isFull()) {
      return services.memory();
    }
    return accountedLargeBytes > 0 && services.largeMemory().isFull()
        ? services.largeMemory()
        : null;
  }

  private void scheduleIdleCheck(long delayNs) {
    var _ = eventLoop().schedule(this::checkIdle, delayNs, TimeUnit.NANOSECONDS);
  }

  private void checkIdle() {
    if (closed) {
      return;
    }
    long maxIdleNs = TimeUnit.MILLISECONDS.toNanos(services.bounds().maxIdleMs());
    long leftNs = lastProgressNs + maxIdleNs - services.nanoTime().getAsLong();
    if (leftNs > 0) {
      scheduleIdleCheck(leftNs);
    } else {
      LOG.debug("connection of {} is closed: idle", describe());
      close();
    }
  }

  private void close() {
    release();
    var _ = context().close();
  }

  private void release() {
    if (closed) {
      return;
    }
    closed = true;
    services.memory().forget(onRoom);
    services.largeMemory().forget(onRoom);
    accountedBytes = account(services.memory(), accountedBytes, 0);
    accountedLargeBytes = account(services.largeMemory(), accountedLargeBytes, 0);
    partialBytes = 0;
    assembler().close();
    services.connections().left(this, clientAddress());
    List.copyOf(unanswered).forEach(Exchange::abandon);
    discardAnswers();
  }

  /** What is over is discarded now, the rest when it is over. */
  private void discardAnswers() {
    unanswered.removeIf(exchange -> {
      if (exchange.isOver()) {
        exchange.discard();
        return true;
      }
      return false;
    });
  }

  private String describe() {
    return clientAddress == null ? "an unknown client" : clientAddress.getHostAddress();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "not added to a channel yet");
  }

  private FrameAssembler assembler() {
    return Objects.requireNonNull(assembler, "not added to a channel yet");
  }

  /**
   * Memory outside the heap is bounded apart from it: one connection may be given up for it, the
   * node need not.
   */
  private static boolean isOutOfDirectMemory(Throwable cause) {
    return cause instanceof OutOfDirectMemoryError
        || (cause instanceof OutOfMemoryError
            && String.valueOf(cause.getMessage()).contains("direct buffer memory"));
  }
}
