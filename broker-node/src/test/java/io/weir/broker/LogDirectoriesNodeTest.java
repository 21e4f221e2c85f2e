package io.weir.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.broker.config.BrokerConfig;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node and its disks, with the Java client as a user would have it. */
@Timeout(120)
class LogDirectoriesNodeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MEBIBYTE = 1 << 20;

  @TempDir private Path dir;
  private EmbeddedZooKeeper zooKeeper;

  @BeforeEach
  void start() {
    zooKeeper = EmbeddedZooKeeper.start(dir.resolve("zookeeper"), 0);
  }

  @AfterEach
  void stop() {
    zooKeeper.close();
  }

  @Test
  void aDirectoryThatIsLostTakesItsPartitionsWithItAndNoOthers() throws Exception {
    Path first = dir.resolve("first");
    Path second = dir.resolve("second");
    BrokerNode node =
        BrokerNode.start(config(Map.of("log.dirs", first + "," + second)), new FatalErrors());
    try (Admin admin = Admin.create(client(node))) {
      admin.createTopics(List.of(new NewTopic("t", 4, (short) 1))).all().get();
      for (int partition = 0; partition < 4; partition++) {
        produce(node, "t", partition, new byte[100]);
      }
      Set<Integer> inFirst = partitionsIn(admin, first);
      Set<Integer> inSecond = partitionsIn(admin, second);
      assertThat(inFirst).hasSize(2);
      assertThat(inSecond).hasSize(2).doesNotContainAnyElementsOf(inFirst);
      LogDirDescription described = directory(admin, first);
      assertThat(described.totalBytes().getAsLong())
          .isGreaterThanOrEqualTo(described.usableBytes().getAsLong());
      assertThat(described.replicaInfos().values()).anyMatch(replica -> replica.size() > 100);

      deleteAll(second);

      await().atMost(PATIENCE).until(() -> directory(admin, second).error() != null);
      assertThat(directory(admin, second).error()).isInstanceOf(KafkaStorageException.class);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(leaderless(admin)).isEqualTo(inSecond));
      for (int partition : inFirst) {
        produce(node, "t", partition, new byte[100]);
      }
    } finally {
      node.stop();
    }
  }

  private static Set<Integer> leaderless(Admin admin) throws Exception {
    Set<Integer> partitions = new TreeSet<>();
    Objects.requireNonNull(admin.describeTopics(List.of("t")).allTopicNames().get().get("t"))
        .partitions()
        .stream()
        .filter(partition -> partition.leader() == null || partition.leader().isEmpty())
        .forEach(partition -> partitions.add(partition.partition()));
    return partitions;
  }

  @Test
  void aDiskThatFillsRefusesRecordsUntilThereIsRoomAndServesAllElse() throws Exception {
    Path disk = Files.createDirectories(dir.resolve("disk"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=24m", "weir", disk.toString()))
        .as("mounting a tmpfs is allowed here")
        .isTrue();
    try {
      BrokerNode node =
          BrokerNode.start(
              config(
                  Map.of(
                      "log.dirs",
                      disk.resolve("data").toString(),
                      "log.dir.min.free.bytes",
                      Integer.toString(8 * MEBIBYTE))),
              new FatalErrors());
      try {
        fillAndMakeRoom(node, disk);
      } finally {
        node.stop();
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void fillAndMakeRoom(BrokerNode node, Path disk) throws Exception {
    try (Admin admin = Admin.create(client(node))) {
      admin.createTopics(List.of(new NewTopic("big", 1, (short) 1))).all().get();
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
      produce(node, "other", 0, new byte[10]);
      int taken = 0;
      for (int size = MEBIBYTE / 2; size > 100; size /= 4) {
        while (isTaken(node, "big", size)) {
          taken++;
          assertThat(taken).isLessThan(200);
        }
      }
      assertThat(disk.toFile().getUsableSpace()).isGreaterThan(7L * MEBIBYTE);
      assertThat(isTaken(node, "other", 100_000)).isFalse();

      assertThat(consume(node, "big", taken)).isEqualTo(taken);
      try (Producer<byte[], byte[]> patient = producer(node, Map.of())) {
        Future<RecordMetadata> waiting =
            patient.send(new ProducerRecord<>("other", 0, null, new byte[100_000]));
        admin.deleteTopics(List.of("big")).all().get();

        waiting.get();
      }
      assertThat(consume(node, "other", 2)).isGreaterThanOrEqualTo(2);
    }
  }

  private BrokerConfig config(Map<String, String> others) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.id", "1");
    settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
    settings.put("zookeeper.connect", zooKeeper.connectString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.putAll(others);
    return BrokerConfig.of(settings);
  }

  private static Map<String, Object> client(BrokerNode node) {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + node.clientAddresses().getFirst().socketAddress().getPort());
  }

  private static void produce(BrokerNode node, String topic, int partition, byte[] value)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer = producer(node, Map.of())) {
      producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
    }
  }

  /** Sends once; false when the disk is said to have failed it. */
  private static boolean isTaken(BrokerNode node, String topic, int size) throws Exception {
    Map<String, Object> once = Map.of("retries", 0, "enable.idempotence", false);
    try (Producer<byte[], byte[]> producer = producer(node, once)) {
      producer.send(new ProducerRecord<>(topic, 0, null, new byte[size])).get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(KafkaStorageException.class);
      return false;
    }
  }

  private static Producer<byte[], byte[]> producer(BrokerNode node, Map<String, Object> others) {
    Map<String, Object> properties = new HashMap<>(client(node));
    properties.put("delivery.timeout.ms", "30000");
    properties.put("request.timeout.ms", "10000");
    properties.put("linger.ms", "0");
    properties.putAll(others);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Reads in a group, and commits. */
  private static int consume(BrokerNode node, String topic, int count) {
    Map<String, Object> properties = new HashMap<>(client(node));
    properties.put("group.id", "readers");
    properties.put("auto.offset.reset", "earliest");
    int seen = 0;
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      while (seen < count && System.nanoTime() < deadlineNs) {
        seen += consumer.poll(Duration.ofMillis(200)).count();
      }
      consumer.commitSync();
    }
    return seen;
  }

  private static LogDirDescription directory(Admin admin, Path path)
      throws ExecutionException, InterruptedException {
    Map<String, LogDirDescription> all =
        Objects.requireNonNull(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1));
    return Objects.requireNonNull(all.get(path.toString()));
  }

  private static Set<Integer> partitionsIn(Admin admin, Path path) throws Exception {
    Set<Integer> partitions = new TreeSet<>();
    for (TopicPartition partition : directory(admin, path).replicaInfos().keySet()) {
      if (partition.topic().equals("t")) {
        partitions.add(partition.partition());
      }
    }
    return partitions;
  }

  private static void deleteAll(Path path) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> found = Files.walk(path)) {
      found.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }
}
