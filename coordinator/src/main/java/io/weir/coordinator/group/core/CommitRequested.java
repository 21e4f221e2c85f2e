package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicPartition;
import java.util.List;

/**
 * Offsets to store. Immutable.
 *
 * @param generationId negative for a committer outside the group's membership
 * @param knowsGroupIdNotFound an absent group is GROUP_ID_NOT_FOUND, not ILLEGAL_GENERATION
 */
public record CommitRequested(
    MemberRef member, int generationId, boolean knowsGroupIdNotFound, List<Entry> entries) {

  public CommitRequested {
    entries = List.copyOf(entries);
  }

  /** One partition's offset. Immutable. */
  public record Entry(TopicPartition partition, CommittedOffset offset) {}
}
