package io.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A Kafka Streams application counts words with exactly_once_v2 while its instances and the nodes
 * are killed and started again: for each word the counts that are committed are 1, 2, 3, and so on
 * up to the number of times it was sent, none missing and none twice.
 *
 * <p>{@code -Dit.kills=N} makes it longer, {@code -Dseed=N} repeats a run, {@code -Dit.bootstrap}
 * takes another cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsTest {
  private static final int PARTITIONS = 3;
  private static final int INSTANCES = 2;
  private static final int KILLS = Integer.getInteger("it.kills", 4);
  private static final long SOME_COUNTS = 160;
  private static final int PROBLEMS_SHOWN = 10;

  private final TestedCluster cluster = TestedCluster.start(3, "256m", Map.of());

  @AfterAll
  void closeCluster() {
    cluster.close();
  }

  @Test
  void wordsAreCountedExactlyOnce() throws InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    String input = cluster.createTopic("lines", PARTITIONS);
    String output = cluster.createTopic("counts", PARTITIONS);
    try (Lines lines = Lines.start(cluster.bootstrapServers(), input, seed);
        Applications instances =
            Applications.start(
                cluster,
                INSTANCES,
                (_, folder, file) ->
                    JavaProcess.streamsApplication(
                        WordCount.class,
                        file,
                        cluster.bootstrapServers(),
                        "application-" + input,
                        folder.toString(),
                        input,
                        output));
        CommittedReader reader =
            new CommittedReader(cluster.bootstrapServers(), output, PARTITIONS)) {
      System.out.printf("-Dseed=%d%n", seed);
      assertThat(reader.readMore(SOME_COUNTS)).as("the first words are counted").isTrue();
      instances.suffer(
          new Random(seed), KILLS, List.of(input, output), () -> reader.readMore(SOME_COUNTS));
      Map<String, Long> sent = lines.stop();
      assertThat(lines.failures()).as("failed sends").isEmpty();
      long words = sent.values().stream().mapToLong(count -> count).sum();
      boolean all = reader.readUntil(() -> reader.count() >= words);
      Map<String, Long> counted = new HashMap<>();
      assertThat(problems(reader, counted)).as("problems").isEmpty();
      assertThat(counted).as("counts of %d words (all were read: %s)", words, all).isEqualTo(sent);
      instances.passed();
    }
  }

  /** Follows the counts of each word, and says where one is not the successor of the one before. */
  private static List<String> problems(CommittedReader reader, Map<String, Long> counted) {
    List<String> problems = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (ConsumerRecord<byte[], byte[]> record : reader.of(partition)) {
        String word = new String(record.key(), UTF_8);
        long count = ByteBuffer.wrap(record.value()).getLong();
        long expected = counted.getOrDefault(word, 0L) + 1;
        if (count != expected) {
          problems.add(
              "partition %d, offset %d: %s is %d where %d was expected"
                  .formatted(partition, record.offset(), word, count, expected));
        }
        counted.put(word, count);
      }
    }
    return problems.stream().limit(PROBLEMS_SHOWN).toList();
  }
}
