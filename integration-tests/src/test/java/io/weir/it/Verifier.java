package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares a topic with what its load was told: every acknowledged record is there once, at its
 * offset, in the order of sending; nothing is there twice; and all replicas hold the same bytes.
 * Stateless.
 */
final class Verifier {
  private static final Duration READ_DEADLINE = Duration.ofSeconds(60);
  private static final Duration EQUAL_DEADLINE = Duration.ofSeconds(30);
  private static final int PROBLEMS_SHOWN = 10;

  private Verifier() {}

  /** Checks what a client reads from the start to the end. */
  static void assertAllAcknowledgedOnceInOrder(String bootstrapServers, Ledger ledger) {
    Map<Integer, List<ConsumerRecord<byte[], byte[]>>> read = readAll(bootstrapServers, ledger);
    List<String> problems = new ArrayList<>();
    for (int partition = 0; partition < ledger.partitions(); partition++) {
      problems.addAll(
          problems(
              partition, ledger.acknowledged(partition), read.getOrDefault(partition, List.of())));
    }
    assertThat(problems.stream().limit(PROBLEMS_SHOWN).toList())
        .as("%d problems in %s", problems.size(), ledger.topic())
        .isEmpty();
  }

  private static List<String> problems(
      int partition,
      SortedMap<Long, Long> acknowledged,
      List<ConsumerRecord<byte[], byte[]>> records) {
    List<String> problems = new ArrayList<>();
    SortedMap<Long, Long> missing = acknowledged;
    long previous = -1;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String at = "partition " + partition + ", offset " + record.offset() + ": ";
      long sequence = LoadRecord.sequence(record.value());
      if (sequence < 0) {
        problems.add(at + "the value was never sent");
      } else if (sequence <= previous) {
        problems.add(at + "sequence " + sequence + " comes after " + previous);
      }
      Long offset = missing.remove(sequence);
      if (offset != null && offset != record.offset()) {
        problems.add(at + "sequence " + sequence + " was acknowledged at offset " + offset);
      }
      previous = Math.max(previous, sequence);
    }
    missing.forEach((sequence, offset) ->
        problems.add(
            "partition "
                + partition
                + ": sequence "
                + sequence
                + ", acknowledged at offset "
                + offset
                + ", is gone"));
    return problems;
  }

  private static Map<Integer, List<ConsumerRecord<byte[], byte[]>>> readAll(
      String bootstrapServers, Ledger ledger) {
    Map<Integer, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers)) {
      List<TopicPartition> partitions = partitions(ledger);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      await("all records read")
          .atMost(READ_DEADLINE)
          .pollInterval(Duration.ofMillis(1))
          .pollInSameThread()
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(200))
                .forEach(record ->
                    read.computeIfAbsent(record.partition(), _ -> new ArrayList<>()).add(record));
            return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
          });
    }
    return read;
  }

  /**
   * Waits until all replicas hold all records, and checks that they hold the same bytes.
   *
   * @param data by node id: its log directory
   */
  static void assertReplicasEqual(String bootstrapServers, Ledger ledger, Map<Integer, Path> data) {
    Map<TopicPartition, Long> highWatermarks;
    try (Consumer<byte[], byte[]> consumer = consumer(bootstrapServers)) {
      highWatermarks = consumer.endOffsets(partitions(ledger));
    }
    highWatermarks.forEach((partition, highWatermark) ->
        await("equal replicas of " + partition)
            .atMost(EQUAL_DEADLINE)
            .pollInterval(Duration.ofMillis(100))
            .untilAsserted(() -> assertReplicasEqual(partition, highWatermark, data)));
  }

  private static void assertReplicasEqual(
      TopicPartition partition, long highWatermark, Map<Integer, Path> data) {
    int first = data.keySet().iterator().next();
    ByteBuffer expected = null;
    for (Map.Entry<Integer, Path> node : data.entrySet()) {
      ReplicaLog log =
          ReplicaLog.read(node.getValue(), partition.topic(), partition.partition(), highWatermark);
      assertThat(log.endOffset())
          .as("end of %s on node %d", partition, node.getKey())
          .isEqualTo(highWatermark);
      if (expected == null) {
        expected = log.batches();
      }
      assertThat(expected.mismatch(log.batches()))
          .as(
              "first byte of %s that differs between nodes %d and %d",
              partition, first, node.getKey())
          .isEqualTo(-1);
    }
  }

  private static List<TopicPartition> partitions(Ledger ledger) {
    return IntStream.range(0, ledger.partitions())
        .mapToObj(i -> new TopicPartition(ledger.topic(), i))
        .toList();
  }

  private static Consumer<byte[], byte[]> consumer(String bootstrapServers) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("enable.auto.commit", "false");
    settings.put("allow.auto.create.topics", "false");
    settings.put("request.timeout.ms", "10000");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
