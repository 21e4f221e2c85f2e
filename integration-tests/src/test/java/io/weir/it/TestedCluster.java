package io.weir.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that a test of clients runs on: nodes of weir, started for it, or, with {@code
 * -Dit.bootstrap=host:port}, any cluster that runs already, such as one of Apache Kafka, on which
 * the tests themselves can be tried. Nodes of the latter are not killed. Confined to the thread of
 * the test.
 */
final class TestedCluster implements AutoCloseable {
  private static final String OTHER = System.getProperty("it.bootstrap", "");

  private final @Nullable LocalCluster weir;
  private final String bootstrapServers;
  private boolean failed;

  private TestedCluster(@Nullable LocalCluster weir, String bootstrapServers) {
    this.weir = weir;
    this.bootstrapServers = bootstrapServers;
  }

  static TestedCluster start(int nodes, String heap, Map<String, String> settings) {
    if (!OTHER.isEmpty()) {
      return new TestedCluster(null, OTHER);
    }
    LocalCluster weir = LocalCluster.start(nodes, heap, settings);
    return new TestedCluster(weir, weir.bootstrapServers());
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** The nodes that may be killed. */
  List<Integer> mortalNodes() {
    return weir == null ? List.of() : weir.nodeIds();
  }

  void kill9(int node) {
    weir().kill9(node);
  }

  void restart(int node) {
    weir().start(node);
  }

  void awaitWhole(Collection<String> topics) {
    if (weir != null) {
      weir.awaitWhole(topics);
    }
  }

  private LocalCluster weir() {
    if (weir == null) {
      throw new IllegalStateException("the nodes of another cluster are not ours to kill");
    }
    return weir;
  }

  /**
   * Creates a topic with the cluster's own replication factor, and waits until each of its
   * partitions is led.
   *
   * @return its name, which is new in this cluster
   */
  String createTopic(String prefix, int partitions) {
    String name = prefix + "-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    try (Admin admin = Admin.create(settings)) {
      LocalCluster.get(
          admin
              .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
              .all());
      Map<TopicPartition, OffsetSpec> ends =
          IntStream.range(0, partitions)
              .mapToObj(partition -> new TopicPartition(name, partition))
              .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
      await("a leader of each partition of " + name)
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptions()
          .until(() -> LocalCluster.get(admin.listOffsets(ends).all()).size() == partitions);
    }
    return name;
  }

  /** A test failed: {@link #close} keeps what the nodes said. */
  void failed() {
    failed = true;
  }

  @Override
  public void close() {
    if (weir != null) {
      if (failed) {
        weir.keep();
      }
      weir.close();
    }
  }
}
