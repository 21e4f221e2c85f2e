package io.weir.broker.netty;

import io.netty.util.concurrent.EventExecutor;
import io.weir.protocol.wire.RepeatedString;
import io.weir.protocol.wire.WireWriter;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request and its place in the order of its connection's answers. Thread-safe: whoever has the
 * outcome sets it, once; the rest happens on the connection's event loop.
 */
public final class Exchange {
  private static final Reply NO_ANSWER =
      new Reply() {
        @Override
        public int bufferBytes() {
          return 0;
        }

        @Override
        public void writeTo(WireWriter out) {
          throw new IllegalStateException("a request without an answer");
        }

        @Override
        public void discard() {}
      };

  private final ClientConnection connection;
  private final int requestBytes;
  private final AtomicReference<@Nullable Reply> outcome = new AtomicReference<>();
  private @Nullable Runnable onAbandoned;

  Exchange(ClientConnection connection, int requestBytes) {
    this.connection = connection;
    this.requestBytes = requestBytes;
  }

  /**
   * Answers the request; the reply is written when all earlier requests of the connection have
   * been.
   */
  public void answer(Reply reply) {
    if (!outcome.compareAndSet(null, reply)) {
      reply.discard();
      throw new IllegalStateException("a request was answered twice");
    }
    connection.onOutcome(this);
  }

  /** The request gets no answer, as the protocol has it for acks=0. */
  public void endWithoutAnswer() {
    answer(NO_ANSWER);
  }

  /** The request cannot be answered: its connection is closed, with one line in the log. */
  public void fail(String why) {
    connection.closeBecause(why);
  }

  /**
   * Runs the task when the connection closes before the answer has been written. To be called on
   * the event loop, where the task runs too.
   */
  public void whenAbandoned(Runnable task) {
    onAbandoned = task;
  }

  /** Where the connection's own tasks run. */
  public EventExecutor eventLoop() {
    return connection.eventLoop();
  }

  /** The name of the listener that the client connected to. */
  public String listenerName() {
    return connection.listenerName();
  }

  /**
   * What the client called itself in the request before; null for nothing. On the event loop, like
   * {@link #clientId}.
   */
  public @Nullable RepeatedString lastClientId() {
    return connection.clientId();
  }

  /** What the client calls itself in this request. */
  public void clientId(@Nullable String clientId) {
    connection.clientId(clientId);
  }

  public InetAddress clientAddress() {
    return connection.clientAddress();
  }

  boolean isOver() {
    return outcome.get() != null;
  }

  /** The reply to write, or null when there is none to write. Only for exchanges that are over. */
  @Nullable Reply reply() {
    Reply reply = outcome.get();
    return reply == NO_ANSWER ? null : reply;
  }

  /** The connection is closed; on the event loop. */
  void abandon() {
    if (onAbandoned != null && !isOver()) {
      onAbandoned.run();
    }
  }

  /** Nobody will read the answer. Only for exchanges that are over, and not written. */
  void discard() {
    Reply reply = outcome.get();
    if (reply != null) {
      reply.discard();
    }
  }

  int requestBytes() {
    return requestBytes;
  }
}
