package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Batches that the Java client compresses come back as they were, and a node finds single records
 * inside them when it is asked by time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CodecsTest {
  private static final int RECORDS = 1_000;
  private static final long FIRST_TIME_MS = 1_700_000_000_000L;
  private static final long STEP_MS = 1_000;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final LocalCluster cluster = LocalCluster.start(1, "256m", Map.of());
  private boolean failed = true;

  @AfterAll
  void close() {
    if (failed) {
      cluster.keep();
    }
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void recordsComeBackAndAreFoundByTheirTime(String codec) throws Exception {
    failed = true;
    TopicPartition partition = new TopicPartition("codec-" + codec, 0);
    cluster.createTopic(partition.topic(), 1, 1);
    List<String> values = produce(partition, codec);

    assertThat(consume(partition)).isEqualTo(values);
    for (int record : List.of(0, 1, RECORDS / 3, RECORDS - 2, RECORDS - 1)) {
      ListOffsetsResultInfo found = find(partition, OffsetSpec.forTimestamp(time(record) - 1));
      assertThat(found.offset()).as("first record from %d on", time(record) - 1).isEqualTo(record);
      assertThat(found.timestamp()).isEqualTo(time(record));
    }
    assertThat(find(partition, OffsetSpec.maxTimestamp()).offset()).isEqualTo(RECORDS - 1L);
    failed = false;
  }

  private List<String> produce(TopicPartition partition, String codec) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    settings.put("compression.type", codec);
    settings.put("linger.ms", "20");
    settings.put("batch.size", "65536");
    Random random = new Random(1);
    List<String> values = new ArrayList<>();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Producer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int record = 0; record < RECORDS; record++) {
        String value = record + " " + "again and ".repeat(random.nextInt(20)) + random.nextLong();
        values.add(value);
        sent.add(
            producer.send(new ProducerRecord<>(partition.topic(), 0, time(record), "key", value)));
      }
    }
    for (int record = 0; record < RECORDS; record++) {
      assertThat(sent.get(record).get().offset()).isEqualTo(record);
    }
    return values;
  }

  private List<String> consume(TopicPartition partition) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    List<String> values = new ArrayList<>();
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      await("all records read").atMost(DEADLINE).pollInSameThread().until(() -> {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          assertThat(record.timestamp()).isEqualTo(time((int) record.offset()));
          values.add(record.value());
        }
        return values.size() >= RECORDS;
      });
    }
    return values;
  }

  private ListOffsetsResultInfo find(TopicPartition partition, OffsetSpec spec)
      throws InterruptedException, ExecutionException {
    return cluster
        .admin()
        .listOffsets(Map.of(partition, spec))
        .partitionResult(partition)
        .get();
  }

  private static long time(int record) {
    return FIRST_TIME_MS + record * STEP_MS;
  }
}
