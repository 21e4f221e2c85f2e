package io.weir.broker.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.weir.broker.config.OperatorError;
import io.weir.protocol.model.HostAndPort;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a node shows to operators and their tools over HTTP. One event loop; a connection serves one
 * request. Connections past a bound are closed at once, requests past a bound are refused. Its
 * methods are called by the thread that starts and stops the node.
 */
public final class HttpServer implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 2_048;
  private static final int MAX_HEADER_BYTES = 8_192;
  private static final int MAX_CHUNK_BYTES = 8_192;
  private static final long QUIET_END_MS = 0;
  private static final long END_MS = 2_000;

  /**
   * How much it serves.
   *
   * @param maxConnections at once
   * @param exchangeMs within which a request must have come and its answer gone
   */
  record Bounds(int maxConnections, long exchangeMs) {
    /** For a few tools, which read answers of some megabytes. */
    static final Bounds USUAL = new Bounds(16, 30_000);
  }

  private final EventLoopGroup eventLoop;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listening;

  private HttpServer(InetSocketAddress address, Map<String, HttpPage> pages, Bounds bounds) {
    Transport transport = Transport.best();
    eventLoop = transport.eventLoops(1, "http-io");
    var bound =
        new ServerBootstrap()
            .group(eventLoop)
            .channel(transport.serverChannel())
            .childHandler(newConnections(Map.copyOf(pages), bounds))
            .bind(address)
            .awaitUninterruptibly();
    listening = bound.channel();
    if (!bound.isSuccess()) {
      close();
      throw new OperatorError(
          "cannot listen on " + address.getHostString() + ":" + address.getPort() + " for HTTP",
          "stop what uses the port, or give another address in http.listener");
    }
  }

  /**
   * Begins to serve.
   *
   * @param address port 0 takes any free one
   * @param pages by path
   * @throws OperatorError the address cannot be bound
   */
  public static HttpServer start(HostAndPort address, Map<String, HttpPage> pages) {
    return start(address, pages, Bounds.USUAL);
  }

  static HttpServer start(HostAndPort address, Map<String, HttpPage> pages, Bounds bounds) {
    return new HttpServer(new InetSocketAddress(address.host(), address.port()), pages, bounds);
  }

  /** Where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  private ChannelInitializer<Channel> newConnections(Map<String, HttpPage> pages, Bounds bounds) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (connections.size() >= bounds.maxConnections()) {
          var _ = channel.close();
          return;
        }
        connections.add(channel);
        HttpDecoderConfig decoding =
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES);
        channel
            .pipeline()
            .addLast(new HttpServerCodec(decoding))
            .addLast(new HttpExchange(pages, bounds.exchangeMs()));
      }
    };
  }

  /** Cuts off what is under way. */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    eventLoop
        .shutdownGracefully(QUIET_END_MS, END_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
  }
}
