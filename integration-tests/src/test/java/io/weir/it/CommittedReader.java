package io.weir.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its start with isolation.level=read_committed, as far as it is committed, and
 * keeps all it read. Confined to one thread.
 */
final class CommittedReader implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();
  private long count;

  CommittedReader(String bootstrapServers, String topic, int partitions) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.put("request.timeout.ms", "5000");
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    for (int partition = 0; partition < partitions; partition++) {
      read.put(partition, new ArrayList<>());
    }
  }

  /** Records read so far. */
  long count() {
    return count;
  }

  /** Reads on until so many more records have come; false when they do not come. */
  boolean readMore(long records) {
    long target = count + records;
    return readUntil(() -> count >= target);
  }

  /** Reads on until the condition holds; false when it does not come true. */
  boolean readUntil(BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNs > LIMIT.toNanos()) {
        return false;
      }
      consumer
          .poll(Duration.ofMillis(100))
          .forEach(record -> {
            of(record.partition()).add(record);
            count++;
          });
    }
    return true;
  }

  /** Reads on to where the partitions end now; false when that is not reached. */
  boolean readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    return readUntil(() ->
        ends.entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue()));
  }

  /** What was read of a partition, in its order. */
  List<ConsumerRecord<byte[], byte[]>> of(int partition) {
    List<ConsumerRecord<byte[], byte[]>> records = read.get(partition);
    if (records == null) {
      throw new IllegalArgumentException("no partition " + partition);
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
