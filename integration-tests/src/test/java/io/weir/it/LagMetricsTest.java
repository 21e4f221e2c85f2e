package io.weir.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What /metrics of several nodes says about a group, most of whose partitions are led elsewhere.
 */
@Timeout(300)
class LagMetricsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOPIC = "orders";
  private static final int PARTITIONS = 6;
  private static final int RECORDS = 10;
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();

  @Test
  void aGroupsCoordinatorShowsItsLagWhereverThePartitionsAreLed() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, "256m", Map.of())) {
      cluster.createTopic(TOPIC, PARTITIONS, 1);
      cluster.awaitWhole(List.of(TOPIC));
      produce(cluster, System.currentTimeMillis() - HOUR_MS);
      commit(cluster);
      int coordinator = coordinator(cluster, "billing");

      await("lag at its coordinator")
          .atMost(PATIENCE)
          .untilAsserted(() -> checkLag(metrics(cluster, coordinator)));
      for (int node : cluster.nodeIds()) {
        if (node != coordinator) {
          assertThat(metrics(cluster, node)).doesNotContain("group=\"billing\"");
        }
      }
    }
  }

  @Test
  void aPartitionWhoseLeaderIsDeadHasNoLagAndTheOthersKeepTheirs() {
    try (LocalCluster cluster = LocalCluster.start(3, "256m", Map.of())) {
      cluster.createTopic(TOPIC, PARTITIONS, 1);
      cluster.awaitWhole(List.of(TOPIC));
      produce(cluster, System.currentTimeMillis() - HOUR_MS);
      commit(cluster);
      int coordinator = coordinator(cluster, "billing");
      await().atMost(PATIENCE).untilAsserted(() -> checkLag(metrics(cluster, coordinator)));
      int[] leaders = new int[PARTITIONS];
      for (int partition = 0; partition < PARTITIONS; partition++) {
        leaders[partition] = cluster.leader(TOPIC, partition);
      }
      int victim =
          cluster.nodeIds().stream().filter(n -> n != coordinator).findFirst().orElseThrow();

      cluster.kill9(victim);

      await("no lag where the leader is dead")
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            String page = metrics(cluster, coordinator);
            for (int partition = 0; partition < PARTITIONS; partition++) {
              OptionalDouble lag = value(page, "offsets", partition);
              if (leaders[partition] == victim) {
                assertThat(lag).as("partition %d", partition).isEmpty();
              } else {
                assertThat(lag).as("partition %d", partition).hasValue(RECORDS - partition);
              }
            }
          });
    }
  }

  private static void checkLag(String page) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(value(page, "offsets", partition))
          .as("partition %d", partition)
          .hasValue(RECORDS - partition);
      assertThat(value(page, "seconds", partition).orElseThrow())
          .as("partition %d", partition)
          .isBetween(HOUR_MS / 1_000.0, 2 * HOUR_MS / 1_000.0);
    }
  }

  private static OptionalDouble value(String page, String unit, int partition) {
    String series =
        "weir_group_lag_%s{group=\"billing\",partition=\"%d\",topic=\"%s\"} "
            .formatted(unit, partition, TOPIC);
    return page.lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst();
  }

  private static String metrics(LocalCluster cluster, int node)
      throws IOException, InterruptedException {
    URI page = URI.create("http://127.0.0.1:" + cluster.httpPort(node) + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
    }
  }

  private static int coordinator(LocalCluster cluster, String group) {
    var described = cluster.admin().describeConsumerGroups(List.of(group)).describedGroups();
    return LocalCluster.get(requireNonNull(described.get(group))).coordinator().id();
  }

  private static void produce(LocalCluster cluster, long timestampMs) {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            client(cluster), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS * PARTITIONS; i++) {
        var _ =
            producer.send(
                new ProducerRecord<>(TOPIC, i % PARTITIONS, timestampMs, null, new byte[] {1}));
      }
      producer.flush();
    }
  }

  /** In each partition as many records as its number. */
  private static void commit(LocalCluster cluster) {
    Map<String, Object> properties = new HashMap<>(client(cluster));
    properties.put("group.id", "billing");
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      offsets.put(new TopicPartition(TOPIC, partition), new OffsetAndMetadata(partition));
    }
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.commitSync(offsets, PATIENCE);
    }
  }

  private static Map<String, Object> client(LocalCluster cluster) {
    return Map.of("bootstrap.servers", cluster.bootstrapServers());
  }
}
