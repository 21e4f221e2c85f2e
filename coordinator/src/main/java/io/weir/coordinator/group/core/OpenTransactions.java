package io.weir.coordinator.group.core;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which groups have offsets of which producer's transaction. Confined to the shard.
 *
 * <p>A producer has one transaction at a time, and its offsets here end with one marker for all
 * groups of the shard.
 */
final class OpenTransactions {
  private final Groups groups;
  private final Map<Long, Set<String>> groupsByProducer = new HashMap<>();

  OpenTransactions(Groups groups) {
    this.groups = groups;
  }

  /** An offset is in the log and will count if its transaction commits. */
  void add(long producerId, StateRecord.OffsetStored stored) {
    groups
        .findOrCreate(stored.groupId())
        .offsets()
        .storePending(producerId, stored.partition(), stored.offset());
    groupsByProducer
        .computeIfAbsent(producerId, key -> new LinkedHashSet<>())
        .add(stored.groupId());
  }

  /** The producer's transaction has ended, if there was one; the groups that it was about. */
  Collection<String> end(long producerId, boolean commit) {
    Set<String> groupIds = groupsByProducer.remove(producerId);
    if (groupIds == null) {
      return List.of();
    }
    for (String groupId : groupIds) {
      Group group = groups.find(groupId);
      if (group != null) {
        group.offsets().endTransaction(producerId, commit);
      }
    }
    return groupIds;
  }
}
