package io.weir.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.OperatorError;
import io.weir.coordinator.ZooKeeperUnavailableException;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import io.weir.replication.log.LogDirectoryException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node in this process, with a ZooKeeper, and the Java client as a user would have it. */
@Timeout(120)
class SingleNodeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
  void recordsOfAnIdempotentProducerReachAGroupAndOutliveARestart() throws Exception {
    try (Admin admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic("orders", 3, (short) 1))).all().get();
      assertThatThrownBy(
              () -> admin.createTopics(List.of(new NewTopic("orders", 3, (short) 1))).all().get())
          .hasCauseInstanceOf(TopicExistsException.class);
    }
    List<String> sent = produce("orders", 500);

    assertThat(consume("orders", "billing", 500)).containsExactlyInAnyOrderElementsOf(sent);

    node.stop();
    node = BrokerNode.start(config(Map.of()), new FatalErrors());
    List<String> more = produce("orders", 10);
    assertThat(consume("orders", "billing", 10)).containsExactlyInAnyOrderElementsOf(more);
    assertThat(consume("orders", "audit", 510)).containsAll(sent).containsAll(more);
  }

  @Test
  void aTopicIsCreatedForThoseWhoAskForIt() throws Exception {
    List<String> sent = produce("unheard-of", 5);

    assertThat(consume("unheard-of", "g", 5)).containsExactlyElementsOf(sent);
    try (Admin admin = Admin.create(client())) {
      assertThat(admin.listTopics().names().get()).containsExactly("unheard-of");
      admin.deleteTopics(Set.of("unheard-of")).all().get();
      assertThat(admin.listTopics().names().get()).isEmpty();
    }
  }

  @Test
  void settingsOfATopicAreShownChangedAndRefused() throws Exception {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "t");
    try (Admin admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();

      alter(admin, topic, "retention.ms", "3600000");
      assertThat(describe(admin, topic, "retention.ms").value()).isEqualTo("3600000");
      assertThat(describe(admin, topic, "retention.ms").source())
          .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
      assertThatThrownBy(() -> alter(admin, topic, "retention.ms", "banana"))
          .hasCauseInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("Invalid value banana for configuration retention.ms");
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
      assertThat(describe(admin, broker, "node.id").value()).isEqualTo("1");
      assertThat(describe(admin, broker, "node.id").isReadOnly()).isTrue();
    }
  }

  @Test
  void aTransactionShowsAllOrNothingToThoseWhoReadWhatIsCommitted() throws Exception {
    try (Admin admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic("payments", 1, (short) 1))).all().get();
    }
    Map<String, Object> properties = new HashMap<>(client());
    properties.put("transactional.id", "tx");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("payments", "taken back".getBytes(UTF_8)));
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("payments", "final".getBytes(UTF_8)));
      producer.commitTransaction();
    }

    assertThat(consume("payments", "audit", 1)).containsExactly("final");
  }

  @Test
  void aSecondNodeOnTheSameDirectoryIsRefused() {
    assertThatThrownBy(() -> BrokerNode.start(config(Map.of()), new FatalErrors()))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aPortInUseIsSaidInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> settings =
          Map.of(
              "node.id",
              "2",
              "log.dirs",
              dir.resolve("other").toString(),
              "listeners",
              "PLAINTEXT://127.0.0.1:" + taken.getLocalPort());

      assertThatThrownBy(() -> BrokerNode.start(config(settings), new FatalErrors()))
          .isInstanceOf(OperatorError.class)
          .hasMessageStartingWith("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void aZooKeeperThatDoesNotAnswerIsSaidInOneLine() {
    Map<String, String> settings =
        Map.of(
            "node.id", "2",
            "log.dirs", dir.resolve("other").toString(),
            "zookeeper.connect", "127.0.0.1:1",
            "zookeeper.connection.timeout.ms", "300");

    assertThatThrownBy(() -> BrokerNode.start(config(settings), new FatalErrors()))
        .isInstanceOf(ZooKeeperUnavailableException.class)
        .hasMessageNotContaining("\n");
  }

  private BrokerConfig config(Map<String, String> others) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.id", "1");
    settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
    settings.put("log.dirs", dir.resolve("data").toString());
    settings.put("zookeeper.connect", zooKeeper.connectString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "2");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.num.partitions", "2");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.putAll(others);
    return BrokerConfig.of(settings);
  }

  private Map<String, Object> client() {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + node.clientAddresses().getFirst().socketAddress().getPort());
  }

  private List<String> produce(String topic, int count) throws Exception {
    List<String> sent = new ArrayList<>();
    List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        String value = topic + "-" + System.nanoTime() + "-" + i;
        acknowledged.add(producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8))));
        sent.add(value);
      }
      for (Future<RecordMetadata> record : acknowledged) {
        record.get();
      }
    }
    return sent;
  }

  private List<String> consume(String topic, String group, int count) {
    Map<String, Object> properties = new HashMap<>(client());
    properties.put("group.id", group);
    properties.put("auto.offset.reset", "earliest");
    properties.put("isolation.level", "read_committed");
    List<String> values = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < deadlineNs) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(new String(record.value(), UTF_8));
        }
      }
      consumer.commitSync();
    }
    return values;
  }

  private static void alter(Admin admin, ConfigResource resource, String name, String value)
      throws ExecutionException, InterruptedException {
    admin
        .incrementalAlterConfigs(
            Map.of(
                resource,
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static ConfigEntry describe(Admin admin, ConfigResource resource, String name)
      throws ExecutionException, InterruptedException {
    Config config = admin.describeConfigs(Set.of(resource)).all().get().get(resource);
    return Objects.requireNonNull(config).get(name);
  }
}
