package io.weir.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.config.BrokerConfig;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node in this process, and what a Prometheus server would see of it. */
@Timeout(120)
class MetricsPageTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path dir;
  private EmbeddedZooKeeper zooKeeper;
  private BrokerNode node;

  @BeforeEach
  void start() {
    zooKeeper = EmbeddedZooKeeper.start(dir.resolve("zookeeper"), 0);
    node = BrokerNode.start(config(Map.of()), new FatalErrors());
  }

  @AfterEach
  void stop() {
    node.stop();
    zooKeeper.close();
  }

  @Test
  void aGroupsLagIsShownInOffsetsAndInSeconds() throws Exception {
    createTopic("orders", 2);
    long anHourAgo = System.currentTimeMillis() - HOUR.toMillis();
    for (int i = 0; i < 10; i++) {
      produce("orders", 0, i < 4 ? anHourAgo - HOUR.toMillis() : anHourAgo);
      produce("orders", 1, anHourAgo);
    }
    commit("billing", Map.of("orders", new long[] {4, 10}));

    String page = get("/metrics").body();

    assertThat(value(page, lag("offsets", "billing", 0))).isEqualTo(6);
    assertThat(value(page, lag("seconds", "billing", 0)))
        .isBetween((double) HOUR.toSeconds(), HOUR.toSeconds() + 600.0);
    assertThat(value(page, lag("offsets", "billing", 1))).isZero();
    assertThat(value(page, lag("seconds", "billing", 1))).isZero();
    assertThat(value(page, "weir_group_members{group=\"billing\"}")).isZero();
    assertThat(value(page, "weir_metrics_series_left_out")).isZero();
  }

  @Test
  void thePageHasTheTypeThatPrometheusWantsAndIsTheOnlyOne() throws Exception {
    assertThat(get("/metrics").headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(get("/health").statusCode()).isEqualTo(404);
  }

  @Test
  void anEmptyListenerTurnsItOff() {
    node.stop();
    node = BrokerNode.start(config(Map.of("http.listener", "")), new FatalErrors());

    assertThat(node.httpAddress()).isEmpty();
  }

  private static String lag(String unit, String group, int partition) {
    return "weir_group_lag_%s{group=\"%s\",partition=\"%d\",topic=\"orders\"}"
        .formatted(unit, group, partition);
  }

  private static double value(String page, String series) {
    List<String> lines = page.lines().filter(line -> line.startsWith(series + " ")).toList();
    assertThat(lines).as("%s in%n%s", series, page).hasSize(1);
    return Double.parseDouble(lines.getFirst().substring(series.length() + 1));
  }

  private HttpResponse<String> get(String path) throws Exception {
    InetSocketAddress at = node.httpAddress().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.getPort() + path)).build(),
          BodyHandlers.ofString());
    }
  }

  private void createTopic(String topic, int partitions) throws Exception {
    try (Admin admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  /** Each record is a batch of its own. */
  private void produce(String topic, int partition, long timestampMs) throws Exception {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, partition, timestampMs, null, new byte[] {1}))
          .get();
    }
  }

  private void commit(String group, Map<String, long[]> offsets) {
    Map<String, Object> properties = new HashMap<>(client());
    properties.put("group.id", group);
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    offsets.forEach((topic, ofPartitions) -> {
      for (int i = 0; i < ofPartitions.length; i++) {
        commits.put(new TopicPartition(topic, i), new OffsetAndMetadata(ofPartitions[i]));
      }
    });
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.commitSync(commits);
    }
  }

  private BrokerConfig config(Map<String, String> others) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.id", "1");
    settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
    settings.put("log.dirs", dir.resolve("data").toString());
    settings.put("zookeeper.connect", zooKeeper.connectString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "2");
    settings.putAll(others);
    return BrokerConfig.of(settings);
  }

  private Map<String, Object> client() {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + node.clientAddresses().getFirst().socketAddress().getPort());
  }
}
