package io.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code weir consume}: writes the values of records to the standard output, a line each, until it
 * is interrupted, has written enough, or nothing came for long enough. With a group it commits what
 * it has written; without, it reads all partitions by itself and leaves no trace.
 */
@Command(
    name = "consume",
    description = "Writes the records of a topic to the standard output, a line each.")
public final class ConsumeCommand extends ClusterCommand {
  private static final long LEAVE_SECONDS = 10;
  private static final Duration POLL = Duration.ofMillis(200);

  @Parameters(paramLabel = "TOPIC", description = "The topic to read.")
  private String topic = "";

  @Option(
      names = "--from-beginning",
      description =
          "Start with the first record there is (with --group: where the group has no offset yet), not with the next one that comes.")
  private boolean fromBeginning;

  @Option(
      names = "--group",
      paramLabel = "ID",
      description = "Read as a member of this consumer group, and commit what was read.")
  private @Nullable String group;

  @Option(
      names = "--max-messages",
      paramLabel = "N",
      description = "End after so many records; 1 when fewer came in time.")
  private long maxMessages = Long.MAX_VALUE;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MS",
      description = "End when no record came for so long. Default: wait for ever.")
  private long timeoutMs = Long.MAX_VALUE;

  @Option(
      names = "--key-separator",
      paramLabel = "TEXT",
      description = "Write the key too, and this between key and value.")
  private @Nullable String keySeparator;

  @Override
  int run() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            bootstrap().clientSettings(settings()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    // Closed in the reverse order: an interrupted command ends when its consumer has left the
    // group.
    try (StopHook _ = new StopHook(consumer::wakeup, LEAVE_SECONDS);
        consumer) {
      position(consumer);
      return copy(consumer, new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    } catch (WakeupException e) {
      return 0;
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, fromBeginning ? "earliest" : "latest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, BootstrapOption.ANSWER_TIMEOUT_MS);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, BootstrapOption.ANSWER_TIMEOUT_MS);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    if (group != null) {
      settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    }
    return settings;
  }

  private void position(Consumer<byte[], byte[]> consumer) {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    if (partitions == null || partitions.isEmpty()) {
      throw new CommandFailure(
          "there is no topic " + topic, "see 'weir topic list' for those there are");
    }
    if (group != null) {
      consumer.subscribe(List.of(topic));
      return;
    }
    List<TopicPartition> assigned =
        partitions.stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(assigned);
    if (fromBeginning) {
      consumer.seekToBeginning(assigned);
    } else {
      consumer.seekToEnd(assigned);
      // Positions are looked up when first needed: now, so that nothing sent after the start is
      // missed.
      assigned.forEach(consumer::position);
    }
  }

  private int copy(Consumer<byte[], byte[]> consumer, OutputStream out) {
    long written = 0;
    long lastRecordNs = System.nanoTime();
    try {
      while (written < maxMessages && !isSilent(lastRecordNs)) {
        Map<TopicPartition, Long> done = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (written == maxMessages) {
            break;
          }
          write(record, out);
          done.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
          written++;
          lastRecordNs = System.nanoTime();
        }
        out.flush();
        commit(consumer, done);
      }
    } catch (IOException e) {
      // The reader of a pipe, such as head, has had enough.
      return 0;
    }
    return written < maxMessages && maxMessages != Long.MAX_VALUE ? tooFew(written) : 0;
  }

  private boolean isSilent(long lastRecordNs) {
    return timeoutMs != Long.MAX_VALUE
        && System.nanoTime() - lastRecordNs >= Duration.ofMillis(timeoutMs).toNanos();
  }

  private int tooFew(long written) {
    throw new CommandFailure(
        written + " of " + maxMessages + " records came before " + timeoutMs + " ms of silence",
        "raise --timeout-ms, or add --from-beginning for records that are there already");
  }

  private void commit(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> done) {
    if (group != null && !done.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      done.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
      consumer.commitSync(offsets);
    }
  }

  private void write(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException {
    if (keySeparator != null) {
      out.write(record.key() == null ? "null".getBytes(UTF_8) : record.key());
      out.write(keySeparator.getBytes(UTF_8));
    }
    out.write(record.value() == null ? "null".getBytes(UTF_8) : record.value());
    out.write('\n');
  }
}
