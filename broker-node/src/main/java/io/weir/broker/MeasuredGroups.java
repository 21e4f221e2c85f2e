package io.weir.broker;

import io.weir.broker.metrics.GroupStatistics;
import io.weir.broker.metrics.GroupStatisticsSource;
import io.weir.broker.metrics.Position;
import io.weir.coordinator.group.GroupCoordinator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The groups of this node, in the words of the metrics. Thread-safe. */
record MeasuredGroups(GroupCoordinator groups) implements GroupStatisticsSource {
  @Override
  public CompletableFuture<List<GroupStatistics>> statistics() {
    return groups
        .groupStatistics()
        .thenApply(measured -> measured.stream().map(MeasuredGroups::of).toList());
  }

  private static GroupStatistics of(io.weir.coordinator.group.core.GroupStatistics group) {
    return new GroupStatistics(
        group.groupId(),
        group.type(),
        group.state(),
        group.members(),
        group.rebalances().entrySet().stream()
            .map(entry ->
                new GroupStatistics.Rebalances(
                    entry.getKey().shown(), entry.getValue().count(), entry.getValue().totalMs()))
            .toList(),
        group.offsets().entrySet().stream()
            .map(entry -> new Position(entry.getKey(), entry.getValue().offset()))
            .toList());
  }
}
