package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Topics with cleanup.policy=compact on a cluster of three real nodes, with the Java client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompactionTest {
  private static final int KEYS = 100_000;
  private static final int PARTITIONS = 3;
  private static final int ROUNDS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final LocalCluster cluster =
      LocalCluster.start(3, "256m", Map.of("log.cleaner.backoff.ms", "200"));
  private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final Random random = new Random(11);
  private final Map<String, String> last = new HashMap<>();
  private long written;
  private boolean failed;

  @AfterAll
  void closeCluster() {
    if (failed) {
      cluster.keep();
    }
    cluster.close();
  }

  private void createTopic(String topic) {
    NewTopic asked = new NewTopic(topic, PARTITIONS, (short) 3);
    asked.configs(
        Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "262144",
            "min.insync.replicas", "2",
            "min.cleanable.dirty.ratio", "0.05",
            "delete.retention.ms", "100"));
    LocalCluster.get(cluster.admin().createTopics(List.of(asked)).all());
  }

  private KafkaProducer<String, String> producer() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", "5");
    settings.put("compression.type", "lz4");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.put("request.timeout.ms", "5000");
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  @Test
  void aTopicThatIsCompactedUnderLoadWithKillsGivesTheLastValueOfEachKey() {
    String topic = "compacted";
    createTopic(topic);
    boolean passed = false;
    try (KafkaProducer<String, String> producer = producer()) {
      for (int round = 0; round < ROUNDS; round++) {
        write(producer, topic, round, 0, KEYS / 2);
        int leader = cluster.leader(topic, round % PARTITIONS);
        cluster.kill9(leader);
        write(producer, topic, round, KEYS / 2, KEYS);
        cluster.start(leader);
        producer.flush();
        cluster.awaitWhole(List.of(topic));
      }
      assertThat(failures).isEmpty();
      await("compaction on all nodes")
          .atMost(LIMIT)
          .untilAsserted(() -> {
            for (int node : cluster.nodeIds()) {
              assertThat(bytes(node, topic)).isLessThan(written / 2);
            }
          });
      assertThat(read(topic, last.size())).isEqualTo(last);
      passed = true;
    } finally {
      failed |= !passed;
    }
  }

  /** One value, or a mark of deletion, for each key of a range. */
  private void write(
      KafkaProducer<String, String> producer, String topic, int round, int from, int to) {
    for (int i = from; i < to; i++) {
      String key = "key-" + i;
      String value = random.nextInt(10) == 0 ? null : "round-" + round + "-of-" + i;
      send(producer, new ProducerRecord<>(topic, key, value));
      if (value == null) {
        last.remove(key);
      } else {
        last.put(key, value);
      }
      written += key.length() + (value == null ? 0 : value.length());
    }
  }

  private void send(KafkaProducer<String, String> producer, ProducerRecord<String, String> record) {
    var _ =
        producer.send(
            record,
            (_, failure) -> {
              if (failure != null) {
                failures.add(failure);
              }
            });
  }

  /** Bytes of a node's segments. */
  private long bytes(int node, String topic) {
    try (Stream<Path> files = Files.walk(cluster.data(node))) {
      long bytes = 0;
      for (Path file : files.toList()) {
        Path folder = file.getParent();
        if (folder != null
            && folder.getFileName().toString().startsWith(topic + "-")
            && file.toString().endsWith(".log")) {
          bytes += Files.exists(file) ? Files.size(file) : 0;
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a reader from the start knows in the end. */
  private Map<String, String> read(String topic, int atLeast) {
    Map<String, String> known = new HashMap<>();
    try (CommittedReader reader =
        new CommittedReader(cluster.bootstrapServers(), topic, PARTITIONS)) {
      assertThat(reader.readMore(atLeast)).as("as many records as keys").isTrue();
      assertThat(reader.readToEnd()).as("all records").isTrue();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (ConsumerRecord<byte[], byte[]> record : reader.of(partition)) {
          String key = new String(record.key(), StandardCharsets.UTF_8);
          byte @Nullable [] value = record.value();
          if (value == null) {
            known.remove(key);
          } else {
            known.put(key, new String(value, StandardCharsets.UTF_8));
          }
        }
      }
    }
    return known;
  }

  @Test
  void aRecordWithoutAKeyIsRefused() {
    String topic = "needs-keys";
    createTopic(topic);
    try (KafkaProducer<String, String> producer = producer()) {
      send(producer, new ProducerRecord<>(topic, "a value without a key"));
      producer.flush();
    }
    assertThat(failures).singleElement().isInstanceOf(InvalidRecordException.class);
    failures.clear();
  }
}
