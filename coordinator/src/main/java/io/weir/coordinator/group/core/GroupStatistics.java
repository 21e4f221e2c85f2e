package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicPartition;
import java.util.HashMap;
import java.util.Map;

/**
 * What is measured of a group. Immutable.
 *
 * @param type as ListGroups shows it
 * @param state as ListGroups shows it
 * @param rebalances those that are over, since this coordinator took the group up
 * @param offsets the committed ones
 */
public record GroupStatistics(
    String groupId,
    String type,
    String state,
    int members,
    Map<RebalanceCause, Rebalances> rebalances,
    Map<TopicPartition, Position> offsets) {

  public GroupStatistics {
    rebalances = Map.copyOf(rebalances);
    offsets = Map.copyOf(offsets);
  }

  /** How many, and how long they took together in milliseconds. Immutable. */
  public record Rebalances(long count, long totalMs) {
    Rebalances plus(Rebalances more) {
      return new Rebalances(count + more.count, totalMs + more.totalMs);
    }
  }

  /** How far the group has read, and the wall clock when it said so. Immutable. */
  public record Position(long offset, long commitTimestampMs) {}

  static GroupStatistics of(Group group) {
    Map<TopicPartition, Position> offsets = HashMap.newHashMap(group.offsets().committed().size());
    group
        .offsets()
        .committed()
        .forEach((partition, offset) ->
            offsets.put(partition, new Position(offset.offset(), offset.commitTimestampMs())));
    GroupListing listing = group.membership().listing();
    return new GroupStatistics(
        group.id(),
        listing.type(),
        listing.state(),
        group.membership().size(),
        group.membership().rebalances(),
        offsets);
  }
}
