package io.weir.coordinator.group.core;

import java.util.EnumMap;
import java.util.Map;

/**
 * Counts the rebalances of one group and their time, from the cause until the group is stable or
 * empty. Confined to the shard.
 *
 * <p>A rebalance that is overtaken by another cause ends there, and the next begins.
 */
final class RebalanceTally {
  private static final long NOT_RUNNING = -1;

  private final Map<RebalanceCause, GroupStatistics.Rebalances> byCause =
      new EnumMap<>(RebalanceCause.class);
  private RebalanceCause cause = RebalanceCause.MEMBER_JOINED;
  private long beganMs = NOT_RUNNING;

  void begin(RebalanceCause next, long nowMs) {
    end(nowMs);
    cause = next;
    beganMs = nowMs;
  }

  void end(long nowMs) {
    if (beganMs != NOT_RUNNING) {
      byCause.merge(
          cause,
          new GroupStatistics.Rebalances(1, nowMs - beganMs),
          GroupStatistics.Rebalances::plus);
      beganMs = NOT_RUNNING;
    }
  }

  Map<RebalanceCause, GroupStatistics.Rebalances> finished() {
    return Map.copyOf(byCause);
  }
}
