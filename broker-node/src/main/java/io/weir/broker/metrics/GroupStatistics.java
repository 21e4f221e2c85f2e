package io.weir.broker.metrics;

import java.util.List;

/**
 * What a group's coordinator knows of it at one moment. Immutable.
 *
 * @param type as ListGroups names it
 * @param state as ListGroups names it
 * @param rebalances one entry for each cause that there was
 * @param positions what the group has committed, one entry for each partition
 */
public record GroupStatistics(
    String groupId,
    String type,
    String state,
    int members,
    List<Rebalances> rebalances,
    List<Position> positions) {
  public GroupStatistics {
    rebalances = List.copyOf(rebalances);
    positions = List.copyOf(positions);
  }

  /**
   * Rebalances of one cause, since the group's coordinator began to count.
   *
   * @param durationMs of all of them together
   */
  public record Rebalances(String cause, long count, long durationMs) {}
}
