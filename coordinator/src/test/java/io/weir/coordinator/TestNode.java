package io.weir.coordinator;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.CreateTopicsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A node as far as coordination goes: its internal server and its facade, in this process. */
final class TestNode implements AutoCloseable {
  static final TopicDefaults TOPICS = new TopicDefaults(1, 3, 2, false);

  private static final TopicConfigs CONFIGS =
      (name, _) ->
          name.equals("retention.ms") || name.equals("min.insync.replicas")
              ? null
              : "there is no setting '" + name + "' of topics";

  final int id;
  final UUID storageId;
  final UUID incarnation = UUID.randomUUID();
  final Coordination coordination;
  private final Server server;

  private TestNode(int id, UUID storageId, Coordination coordination, Server server) {
    this.id = id;
    this.storageId = storageId;
    this.coordination = coordination;
    this.server = server;
  }

  static CoordinationSettings settings(String zooKeeper) {
    return CoordinationSettings.defaults(zooKeeper, TOPICS)
        .withSessionTimeoutMs(6_000)
        .withLeaseMs(1_000)
        .withRebalance(false, 1_000);
  }

  static TestNode start(int id, CoordinationSettings settings) {
    return start(id, UUID.randomUUID(), settings);
  }

  static TestNode start(int id, UUID storageId, CoordinationSettings settings) {
    Coordination coordination = Coordination.connect(settings, CONFIGS);
    try {
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      coordination.services().definitions().forEach(builder::addService);
      Server server = builder.build().start();
      TestNode node = new TestNode(id, storageId, coordination, server);
      coordination.start(node.registration());
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      coordination.close();
      throw e;
    }
  }

  NodeRegistration registration() {
    return new NodeRegistration(
        id,
        storageId,
        incarnation,
        List.of(new EndPoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 9091 + id)),
        new HostAndPort("127.0.0.1", server.getPort()),
        null);
  }

  MetadataImage image() {
    return coordination.image();
  }

  boolean sees(int... nodes) {
    return image().brokers().size() == nodes.length
        && Arrays.stream(nodes).allMatch(image()::isLive);
  }

  List<Integer> inSync(String topic, int partition) {
    PartitionImage image = image().partition(topic, partition);
    return image == null ? List.of() : image.inSyncReplicas();
  }

  ErrorCode createTopic(String name, int partitions) {
    CreateTopicsRequest request =
        CreateTopicsRequest.builder()
            .topics(
                List.of(
                    CreateTopicsRequest.Topic.builder()
                        .name(name)
                        .numPartitions(partitions)
                        .replicationFactor((short) -1)
                        .build()))
            .timeoutMs(10_000)
            .build();
    CreateTopicsResponse response =
        (CreateTopicsResponse) coordination.admin(request, 7, 10_000).join();
    return response.topics().getFirst().errorCode();
  }

  private void stopServer() {
    try {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    coordination.close();
    stopServer();
  }
}
