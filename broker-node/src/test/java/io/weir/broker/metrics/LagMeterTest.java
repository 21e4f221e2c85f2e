package io.weir.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Partition p of the topic is led by node p % 3; node 2 is not live. */
@Timeout(60)
class LagMeterTest {
  private static final int PARTITIONS = 6_000;
  private static final int DEAD = 2;

  private record Question(int node, List<Position> positions) {}

  private final ConcurrentLinkedQueue<Question> questions = new ConcurrentLinkedQueue<>();
  private final Set<Integer> silent = ConcurrentHashMap.newKeySet();
  private final Set<Integer> failing = ConcurrentHashMap.newKeySet();
  private final Set<Integer> notLeading = ConcurrentHashMap.newKeySet();
  private final AtomicLong nowNs = new AtomicLong();
  private final LagMeter meter =
      new LagMeter(LagMeterTest::image, this::ask, Duration.ofMillis(200), nowNs::get);

  @Test
  void eachLeaderIsAskedOnceForAllItsPartitions() {
    assertThat(meter.measure(List.of(at(0), at(1), at(3), at(4))))
        .containsOnlyKeys(at(0), at(1), at(3), at(4))
        .containsEntry(at(3), new Reading(100, 3));
    assertThat(questions)
        .containsExactlyInAnyOrder(
            new Question(0, List.of(at(0), at(3))), new Question(1, List.of(at(1), at(4))));
  }

  @Test
  void aQuestionIsNeverTooLong() {
    List<Position> all = IntStream.range(0, PARTITIONS).mapToObj(LagMeterTest::at).toList();

    assertThat(meter.measure(all)).hasSize(PARTITIONS * 2 / 3);
    assertThat(questions)
        .hasSize(4)
        .allSatisfy(question ->
            assertThat(question.positions())
                .hasSizeLessThanOrEqualTo(LeaderReadings.MAX_POSITIONS));
  }

  @Test
  void anAnswerCountsForSomeSecondsAndOnlyForItsOffset() {
    Map<Position, Reading> first = meter.measure(List.of(at(0)));
    questions.clear();

    nowNs.addAndGet(Duration.ofSeconds(4).toNanos());
    assertThat(meter.measure(List.of(at(0)))).isEqualTo(first);
    assertThat(questions).isEmpty();

    Position moved = new Position(at(0).partition(), 9);
    meter.measure(List.of(moved));
    assertThat(questions).containsExactly(new Question(0, List.of(moved)));
    questions.clear();

    nowNs.addAndGet(Duration.ofSeconds(6).toNanos());
    meter.measure(List.of(moved));
    assertThat(questions).containsExactly(new Question(0, List.of(moved)));
  }

  @Test
  void whatNobodyLeadsAndUnknownTopicsAreNotAsked() {
    Position unknown = new Position(new TopicPartition("gone", 0), 1);

    assertThat(meter.measure(List.of(at(DEAD), unknown, at(PARTITIONS)))).isEmpty();
    assertThat(questions).isEmpty();
  }

  @Test
  void aNodeThatFailsOrDoesNotLeadAnyMoreTakesOnlyItsOwnAway() {
    failing.add(0);
    assertThat(meter.measure(List.of(at(0), at(1)))).containsOnlyKeys(at(1));

    failing.clear();
    notLeading.add(0);
    assertThat(meter.measure(List.of(at(0), at(1)))).containsOnlyKeys(at(1));
  }

  @Test
  void aNodeThatIsSilentIsNotWaitedForLongAndNotAskedMore() {
    silent.add(0);
    List<Position> all = IntStream.range(0, PARTITIONS).mapToObj(LagMeterTest::at).toList();

    assertThat(meter.measure(all)).hasSize(PARTITIONS / 3);
    assertThat(questions.stream().filter(question -> question.node() == 0)).hasSize(1);
  }

  private CompletableFuture<List<Optional<Reading>>> ask(
      BrokerImage leader, List<Position> positions) {
    questions.add(new Question(leader.id(), List.copyOf(positions)));
    if (silent.contains(leader.id())) {
      return new CompletableFuture<>();
    }
    if (failing.contains(leader.id())) {
      return CompletableFuture.failedFuture(new IOException("gone"));
    }
    return CompletableFuture.completedFuture(
        positions.stream().map(position -> read(leader, position)).toList());
  }

  private Optional<Reading> read(BrokerImage leader, Position position) {
    return notLeading.contains(leader.id())
        ? Optional.empty()
        : Optional.of(new Reading(100, position.partition().partition()));
  }

  private static Position at(int partition) {
    return new Position(new TopicPartition("orders", partition), 7);
  }

  private static MetadataImage image() {
    List<PartitionImage> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(p -> new PartitionImage(p, List.of(p % 3), List.of(p % 3), p % 3, 1, 1))
            .toList();
    return MetadataImage.emptyOf("cluster")
        .with(
            1,
            List.of(
                new MetadataRecord.Brokers(0, List.of(broker(0), broker(1))),
                new MetadataRecord.TopicWritten(
                    new TopicImage(new UUID(0, 1), "orders", Map.of(), partitions))));
  }

  private static BrokerImage broker(int id) {
    return new BrokerImage(id, id, List.of(), new HostAndPort("host" + id, 9_100), null);
  }
}
