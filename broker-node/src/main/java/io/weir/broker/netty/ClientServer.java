package io.weir.broker.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The listeners on which clients are served. Its methods are called by the thread that starts and
 * stops the node; connections live on its event loops.
 */
public final class ClientServer {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 << 10, 1 << 20);
  private static final long QUIET_END_MS = 0;
  private static final long END_MS = 2_000;

  private final ServerSettings settings;
  private final Transport transport = Transport.best();
  private final EventLoopGroup acceptor = transport.eventLoops(1, "client-accept");
  private final EventLoopGroup eventLoops;
  private final ClientServices services;
  private final List<Channel> listening = new ArrayList<>();

  /**
   * @param onFatal takes failures after which the process cannot go on
   */
  public ClientServer(ServerSettings settings, FrameHandler frames, Consumer<Throwable> onFatal) {
    this.settings = settings;
    this.eventLoops = transport.eventLoops(settings.eventLoops(), "client-io");
    this.services =
        new ClientServices(
            settings.bounds(),
            new RequestMemory(settings.queuedMaxRequestBytes()),
            new RequestMemory(settings.queuedMaxRequestBytes() / 2),
            new ConnectionRegistry(settings.maxConnections(), settings.maxConnectionsPerAddress()),
            frames,
            new RateLimitedLog(LoggerFactory.getLogger(ClientServer.class), System::nanoTime),
            System::nanoTime,
            onFatal);
    relieve(services.memory());
    relieve(services.largeMemory());
  }

  private void relieve(RequestMemory memory) {
    var _ =
        acceptor.scheduleWithFixedDelay(
            new MemoryRelief(memory, services.connections()),
            MemoryRelief.INTERVAL_MS,
            MemoryRelief.INTERVAL_MS,
            TimeUnit.MILLISECONDS);
  }

  /**
   * Begins to serve an address.
   *
   * @throws io.weir.broker.config.OperatorError the address cannot be bound
   */
  public void open(BoundAddress address) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, eventLoops)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, settings.listenBacklog())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(newConnections(address.listenerName()));
    if (settings.sendBufferBytes() > 0) {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, settings.sendBufferBytes());
    }
    if (settings.receiveBufferBytes() > 0) {
      bootstrap.childOption(ChannelOption.SO_RCVBUF, settings.receiveBufferBytes());
    }
    var bound = bootstrap.bind(address.socketAddress()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw BoundAddress.cannotBind(address.socketAddress());
    }
    listening.add(bound.channel());
  }

  /** The addresses that are served. */
  List<InetSocketAddress> addresses() {
    return listening.stream().map(c -> (InetSocketAddress) c.localAddress()).toList();
  }

  /** Accepts no further connections. */
  public void stopAccepting() {
    listening.forEach(channel -> channel.close().awaitUninterruptibly());
  }

  /**
   * Answers the requests that wait and closes the connections.
   *
   * @param timeoutMs after which those that still wait are cut off
   */
  public void close(long timeoutMs) throws InterruptedException {
    stopAccepting();
    services.connections().all().forEach(ClientConnection::stop);
    services.connections().awaitNone(timeoutMs);
    for (EventLoopGroup group : List.of(acceptor, eventLoops)) {
      group.shutdownGracefully(QUIET_END_MS, END_MS, TimeUnit.MILLISECONDS).await();
    }
  }

  /** Bytes of requests that are held now, received in part or unanswered. */
  long heldBytes() {
    return services.memory().heldBytes();
  }

  private ChannelInitializer<Channel> newConnections(String listenerName) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ClientConnection(services, listenerName));
      }
    };
  }
}
