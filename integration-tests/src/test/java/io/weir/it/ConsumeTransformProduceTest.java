package io.weir.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Instances that consume, transform and produce in transactions while they and the nodes are killed
 * and started again: whoever reads what is committed finds every record that was sent once, and in
 * the order of sending, although instances abort some transactions on purpose and die in others.
 *
 * <p>{@code -Dit.kills=N} makes it longer, {@code -Dseed=N} repeats a run, {@code -Dit.bootstrap}
 * takes another cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsumeTransformProduceTest {
  private static final int PARTITIONS = 4;
  private static final int INSTANCES = 2;
  private static final int KILLS = Integer.getInteger("it.kills", 4);
  private static final long SOME_RECORDS = 400;
  private static final int PROBLEMS_SHOWN = 10;

  private final TestedCluster cluster = TestedCluster.start(3, "256m", Map.of());

  @AfterAll
  void closeCluster() {
    cluster.close();
  }

  @Test
  void withTheJavaClient() {
    transformExactlyOnce(
        "java",
        (group, input, output) ->
            (instance, _, file) ->
                JavaProcess.application(
                    Transform.class,
                    file,
                    cluster.bootstrapServers(),
                    group,
                    input,
                    output,
                    group + "-" + instance));
  }

  @Test
  void withLibrdkafka() throws IOException, InterruptedException {
    requirePythonClient();
    transformExactlyOnce(
        "librdkafka",
        (group, input, output) ->
            (instance, _, file) ->
                JavaProcess.python(
                    "transform.py",
                    file,
                    cluster.bootstrapServers(),
                    group,
                    input,
                    output,
                    group + "-" + instance));
  }

  private static void requirePythonClient() throws IOException, InterruptedException {
    Process probe = new ProcessBuilder("/usr/bin/python3", "-c", "import confluent_kafka").start();
    if (probe.waitFor() != 0) {
      fail(
          "the Python client of librdkafka is missing (as root: apt-get install"
              + " python3-confluent-kafka)");
    }
  }

  /** How the instances that transform one topic into another are started. */
  @FunctionalInterface
  private interface Kind {
    Applications.Launcher launcher(String group, String input, String output);
  }

  private void transformExactlyOnce(String name, Kind kind) {
    long seed = Long.getLong("seed", System.nanoTime());
    String input = cluster.createTopic(name + "-in", PARTITIONS);
    String output = cluster.createTopic(name + "-out", PARTITIONS);
    try (SteadyLoad load = SteadyLoad.start(cluster.bootstrapServers(), input, PARTITIONS);
        Applications instances =
            Applications.start(cluster, INSTANCES, kind.launcher(input, input, output));
        CommittedReader reader =
            new CommittedReader(cluster.bootstrapServers(), output, PARTITIONS)) {
      System.out.printf("%s: -Dseed=%d%n", name, seed);
      assertThat(reader.readMore(SOME_RECORDS)).as("the first records are transformed").isTrue();
      instances.suffer(
          new Random(seed), KILLS, List.of(input, output), () -> reader.readMore(SOME_RECORDS));
      Ledger ledger = load.stop();
      assertThat(ledger.failures()).as("failed sends").isEmpty();
      long sent = ledger.acknowledgedCount();
      boolean all = reader.readUntil(() -> reader.count() >= sent);
      assertThat(problems(reader, ledger)).as("problems").isEmpty();
      assertThat(all).as("all %d records are transformed", sent).isTrue();
      instances.passed();
    }
  }

  private static List<String> problems(CommittedReader reader, Ledger ledger) {
    List<String> problems = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      long expected = 0;
      for (ConsumerRecord<byte[], byte[]> record : reader.of(partition)) {
        long sequence = LoadRecord.sequence(Transform.turnedRound(record.value()));
        String key = new String(record.key(), US_ASCII);
        if (sequence != expected || !key.equals(partition + "/" + sequence)) {
          problems.add(
              "partition %d, offset %d: sequence %d (key %s) where %d was expected"
                  .formatted(partition, record.offset(), sequence, key, expected));
        }
        expected = sequence + 1;
      }
      long sent = ledger.acknowledged(partition).size();
      if (expected != sent) {
        problems.add(
            "partition %d ends with sequence %d, %d were sent"
                .formatted(partition, expected - 1, sent));
      }
    }
    return problems.stream().limit(PROBLEMS_SHOWN).toList();
  }
}
