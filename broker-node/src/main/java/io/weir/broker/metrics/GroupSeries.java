package io.weir.broker.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.weir.broker.metrics.GroupStatistics.Rebalances;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Turns one look at the groups into series, as many as are allowed: members first, then rebalances,
 * then lag, each in the order of the groups' ids, so that the same ones are left out next time.
 * Confined to the scrape that makes it.
 */
final class GroupSeries {
  private static final Comparator<Position> BY_PARTITION =
      Comparator.comparing((Position position) -> position.partition().topic())
          .thenComparingInt(position -> position.partition().partition());

  private record GroupPosition(String groupId, Position position) {}

  private final GaugeSnapshot.Builder members =
      GaugeSnapshot.builder().name("weir_group_members").help("Members of a group.");
  private final CounterSnapshot.Builder rebalances =
      CounterSnapshot.builder()
          .name("weir_group_rebalances")
          .help("Rebalances of a group that have ended, by what began them.");
  private final CounterSnapshot.Builder rebalanceSeconds =
      CounterSnapshot.builder()
          .name("weir_group_rebalance_seconds")
          .help("Time that the rebalances of a group took, by what began them.");
  private final GaugeSnapshot.Builder lagOffsets =
      GaugeSnapshot.builder()
          .name("weir_group_lag_offsets")
          .help("Offsets from what a group has committed to the end of the partition.");
  private final GaugeSnapshot.Builder lagSeconds =
      GaugeSnapshot.builder()
          .name("weir_group_lag_seconds")
          .help("Age of the first record that a group has not consumed; 0 when there is none.");
  private final long nowMs;
  private long room;
  private long leftOut;

  /**
   * @param maxSeries how many there may be
   */
  GroupSeries(int maxSeries, long nowMs) {
    this.room = maxSeries;
    this.nowMs = nowMs;
  }

  /**
   * @param lags reads the logs at positions; may block
   */
  List<MetricSnapshot> of(
      Collection<GroupStatistics> groups,
      Function<Collection<Position>, Map<Position, Reading>> lags) {
    List<GroupStatistics> inOrder =
        groups.stream().sorted(Comparator.comparing(GroupStatistics::groupId)).toList();
    inOrder.forEach(this::addMembers);
    inOrder.forEach(this::addRebalances);
    addLags(inOrder, lags);
    GaugeSnapshot omitted =
        GaugeSnapshot.builder()
            .name("weir_metrics_series_left_out")
            .help("Series of groups that are not shown, for there are more than are allowed.")
            .dataPoint(new GaugeDataPointSnapshot(leftOut, Labels.EMPTY, null))
            .build();
    return List.of(
        members.build(),
        rebalances.build(),
        rebalanceSeconds.build(),
        lagOffsets.build(),
        lagSeconds.build(),
        omitted);
  }

  private void addMembers(GroupStatistics group) {
    if (admit(1)) {
      Labels labels = Labels.of("group", group.groupId());
      members.dataPoint(new GaugeDataPointSnapshot(group.members(), labels, null));
    }
  }

  private void addRebalances(GroupStatistics group) {
    for (Rebalances of : group.rebalances()) {
      if (admit(2)) {
        Labels labels = Labels.of("group", group.groupId(), "cause", of.cause());
        rebalances.dataPoint(counted((double) of.count(), labels));
        rebalanceSeconds.dataPoint(counted(seconds(of.durationMs()), labels));
      }
    }
  }

  private static CounterSnapshot.CounterDataPointSnapshot counted(double value, Labels labels) {
    return CounterSnapshot.CounterDataPointSnapshot.builder().value(value).labels(labels).build();
  }

  private void addLags(
      List<GroupStatistics> groups, Function<Collection<Position>, Map<Position, Reading>> lags) {
    List<GroupPosition> shown = new ArrayList<>();
    Set<Position> asked = new LinkedHashSet<>();
    for (GroupStatistics group : groups) {
      for (Position position : group.positions().stream().sorted(BY_PARTITION).toList()) {
        if (admit(2)) {
          shown.add(new GroupPosition(group.groupId(), position));
          asked.add(position);
        }
      }
    }
    Map<Position, Reading> readings = asked.isEmpty() ? Map.of() : lags.apply(asked);
    for (GroupPosition at : shown) {
      Reading reading = readings.get(at.position());
      if (reading != null) {
        addLag(at.groupId(), at.position(), reading);
      }
    }
  }

  private void addLag(String groupId, Position position, Reading reading) {
    Labels labels =
        Labels.of(
            "group",
            groupId,
            "topic",
            position.partition().topic(),
            "partition",
            Integer.toString(position.partition().partition()));
    long offsets = Math.max(0, reading.highWatermark() - position.offset());
    lagOffsets.dataPoint(new GaugeDataPointSnapshot(offsets, labels, null));
    if (offsets == 0) {
      lagSeconds.dataPoint(new GaugeDataPointSnapshot(0, labels, null));
    } else if (reading.timestampMs() != Reading.NO_TIMESTAMP) {
      double age = seconds(Math.max(0, nowMs - reading.timestampMs()));
      lagSeconds.dataPoint(new GaugeDataPointSnapshot(age, labels, null));
    }
  }

  private boolean admit(int series) {
    if (room < series) {
      leftOut += series;
      return false;
    }
    room -= series;
    return true;
  }

  private static double seconds(long ms) {
    return (double) ms / TimeUnit.SECONDS.toMillis(1);
  }
}
