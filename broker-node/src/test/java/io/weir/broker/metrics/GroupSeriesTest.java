package io.weir.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.broker.metrics.GroupStatistics.Rebalances;
import io.weir.protocol.model.TopicPartition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupSeriesTest {
  private static final long NOW_MS = 1_000_000;

  private final Map<TopicPartition, Reading> logs = new HashMap<>();
  private final List<Position> asked = new ArrayList<>();

  @Test
  void membersAndRebalancesOfAGroupAreShown() {
    GroupStatistics billing =
        new GroupStatistics(
            "billing",
            "Classic",
            "Stable",
            3,
            List.of(new Rebalances("join", 2, 1_500), new Rebalances("leave", 1, 250)),
            List.of());

    assertThat(shown(100, billing))
        .contains(
            "weir_group_members{group=\"billing\"} 3.0",
            "weir_group_rebalances_total{cause=\"join\",group=\"billing\"} 2.0",
            "weir_group_rebalances_total{cause=\"leave\",group=\"billing\"} 1.0",
            "weir_group_rebalance_seconds_total{cause=\"join\",group=\"billing\"} 1.5",
            "weir_group_rebalance_seconds_total{cause=\"leave\",group=\"billing\"} 0.25",
            "weir_metrics_series_left_out 0.0");
  }

  @Test
  void lagIsTheDistanceToTheEndAndTheAgeOfTheNextRecord() {
    log("orders", 0, 50, NOW_MS - 90_500);

    assertThat(shown(100, group("g", position("orders", 0, 42))))
        .contains(
            "weir_group_lag_offsets{group=\"g\",partition=\"0\",topic=\"orders\"} 8.0",
            "weir_group_lag_seconds{group=\"g\",partition=\"0\",topic=\"orders\"} 90.5");
  }

  @Test
  void aGroupAtTheEndIsNotLateHoweverOldTheLastRecord() {
    log("orders", 0, 42, Reading.NO_TIMESTAMP);

    assertThat(shown(100, group("g", position("orders", 0, 42))))
        .contains(
            "weir_group_lag_offsets{group=\"g\",partition=\"0\",topic=\"orders\"} 0.0",
            "weir_group_lag_seconds{group=\"g\",partition=\"0\",topic=\"orders\"} 0.0");
  }

  @Test
  void aGroupBeyondTheEndAndARecordOfTheFutureAreNotNegative() {
    log("orders", 0, 42, Reading.NO_TIMESTAMP);
    log("orders", 1, 42, NOW_MS + 5_000);

    assertThat(shown(100, group("g", position("orders", 0, 99), position("orders", 1, 41))))
        .contains(
            "weir_group_lag_offsets{group=\"g\",partition=\"0\",topic=\"orders\"} 0.0",
            "weir_group_lag_seconds{group=\"g\",partition=\"0\",topic=\"orders\"} 0.0",
            "weir_group_lag_offsets{group=\"g\",partition=\"1\",topic=\"orders\"} 1.0",
            "weir_group_lag_seconds{group=\"g\",partition=\"1\",topic=\"orders\"} 0.0");
  }

  @Test
  void aRecordWithoutATimestampHasNoAge() {
    log("orders", 0, 50, Reading.NO_TIMESTAMP);

    assertThat(shown(100, group("g", position("orders", 0, 42))))
        .contains("weir_group_lag_offsets{group=\"g\",partition=\"0\",topic=\"orders\"} 8.0")
        .noneMatch(line -> line.startsWith("weir_group_lag_seconds"));
  }

  @Test
  void aPartitionWhoseLeaderDoesNotAnswerHasNoLagRatherThanAWrongOne() {
    assertThat(shown(100, group("g", position("orders", 0, 42))))
        .contains("weir_group_members{group=\"g\"} 0.0", "weir_metrics_series_left_out 0.0")
        .noneMatch(line -> line.startsWith("weir_group_lag"));
  }

  @Test
  void theNumberOfSeriesIsBoundedAndTheRestIsCounted() {
    Position[] positions =
        IntStream.range(0, 10).mapToObj(p -> position("orders", p, 0)).toArray(Position[]::new);
    IntStream.range(0, 10).forEach(p -> log("orders", p, 5, NOW_MS));

    List<String> shown = shown(7, group("b", positions), group("a"));

    assertThat(shown.stream().filter(line -> line.startsWith("weir_group_")))
        .containsExactlyInAnyOrder(
            "weir_group_members{group=\"a\"} 0.0",
            "weir_group_members{group=\"b\"} 0.0",
            "weir_group_lag_offsets{group=\"b\",partition=\"0\",topic=\"orders\"} 5.0",
            "weir_group_lag_seconds{group=\"b\",partition=\"0\",topic=\"orders\"} 0.0",
            "weir_group_lag_offsets{group=\"b\",partition=\"1\",topic=\"orders\"} 5.0",
            "weir_group_lag_seconds{group=\"b\",partition=\"1\",topic=\"orders\"} 0.0");
    assertThat(shown).contains("weir_metrics_series_left_out 16.0");
    assertThat(asked).as("leaders are asked for what is shown only").hasSize(2);
  }

  @Test
  void aNameCannotBreakTheFormat() {
    assertThat(shown(100, group("a\"} 1\nweir_group_members{group=\"\\b")))
        .contains(
            "weir_group_members{group=\"a\\\"} 1\\nweir_group_members{group=\\\"\\\\b\"} 0.0");
  }

  private void log(String topic, int partition, long highWatermark, long timestampMs) {
    logs.put(new TopicPartition(topic, partition), new Reading(highWatermark, timestampMs));
  }

  private static Position position(String topic, int partition, long offset) {
    return new Position(new TopicPartition(topic, partition), offset);
  }

  private static GroupStatistics group(String id, Position... positions) {
    return new GroupStatistics(id, "Classic", "Empty", 0, List.of(), List.of(positions));
  }

  private Map<Position, Reading> measure(Collection<Position> positions) {
    asked.addAll(positions);
    Map<Position, Reading> readings = new HashMap<>();
    for (Position position : positions) {
      Reading reading = logs.get(position.partition());
      if (reading != null) {
        readings.put(position, reading);
      }
    }
    return readings;
  }

  private List<String> shown(int maxSeries, GroupStatistics... groups) {
    GroupSeries series = new GroupSeries(maxSeries, NOW_MS);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(text, new MetricSnapshots(series.of(List.of(groups), this::measure)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
