package io.weir.broker.grpc;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.weir.broker.config.OperatorError;
import io.weir.coordinator.Coordination;
import io.weir.protocol.model.HostAndPort;
import io.weir.replication.Replicas;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The inter-broker gRPC server: one port for replication, coordination and transactions. Called by
 * the thread that starts and stops the node.
 */
public final class InternalServer implements AutoCloseable {
  /** Metadata of very many partitions comes in one message. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private static final long END_MS = 2_000;

  private final Server server;

  private InternalServer(Server server) {
    this.server = server;
  }

  /**
   * Starts serving the streams of followers, those to the controller, and calls about transactions.
   *
   * @param address port 0 takes any free one
   * @throws OperatorError the address cannot be bound
   */
  public static InternalServer start(
      HostAndPort address,
      Coordination coordination,
      Replicas replicas,
      TransactionService transactions) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(address.host(), address.port()))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    coordination.services().definitions().forEach(builder::addService);
    builder.addService(replicas.followerStreams().service());
    builder.addService(transactions);
    try {
      return new InternalServer(builder.build().start());
    } catch (IOException e) {
      throw new OperatorError(
          "cannot listen on " + address + " for other nodes",
          "stop what uses the port, or give another one in internal.listener");
    }
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(END_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
