package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicPartition;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one group: those that are committed, those that wait for the end of a transaction,
 * and the partitions for which a record is under way. Confined to the shard.
 */
final class GroupOffsets {
  private final Map<TopicPartition, CommittedOffset> committed = new HashMap<>();
  private final PendingOffsets pending = new PendingOffsets();
  private final Map<TopicPartition, Integer> underWay = new HashMap<>();
  private final Map<TopicPartition, Integer> underWayInTransactions = new HashMap<>();

  @Nullable CommittedOffset get(TopicPartition partition) {
    return committed.get(partition);
  }

  Map<TopicPartition, CommittedOffset> committed() {
    return Collections.unmodifiableMap(committed);
  }

  /** Whether there is nothing, nor will be. */
  boolean isBlank() {
    return committed.isEmpty() && isSettled();
  }

  /** Whether no other offset for the partition is under way or waits for its transaction. */
  boolean isSettled(TopicPartition partition) {
    return !underWay.containsKey(partition) && !pending.has(partition);
  }

  /** As {@link #isSettled(TopicPartition)}, of all partitions. */
  boolean isSettled() {
    return underWay.isEmpty() && pending.isEmpty();
  }

  /** The partitions whose offset a transaction that is not over may change. */
  Set<TopicPartition> unstable() {
    Set<TopicPartition> unstable = new HashSet<>(pending.partitions());
    unstable.addAll(underWayInTransactions.keySet());
    return unstable;
  }

  /** All partitions that have, or may yet get, an offset. */
  Set<TopicPartition> partitions() {
    Set<TopicPartition> partitions = new LinkedHashSet<>(committed.keySet());
    partitions.addAll(pending.partitions());
    partitions.addAll(underWay.keySet());
    return partitions;
  }

  void store(TopicPartition partition, CommittedOffset offset) {
    committed.put(partition, offset);
    pending.overtake(partition);
  }

  void storePending(long producerId, TopicPartition partition, CommittedOffset offset) {
    pending.add(producerId, partition, offset);
  }

  void endTransaction(long producerId, boolean commit) {
    committed.putAll(pending.end(producerId, commit));
  }

  void erase(TopicPartition partition) {
    committed.remove(partition);
    pending.erase(partition);
  }

  /** A record for the partition is under way. */
  void begin(TopicPartition partition, boolean inTransaction) {
    underWay.merge(partition, 1, Integer::sum);
    if (inTransaction) {
      underWayInTransactions.merge(partition, 1, Integer::sum);
    }
  }

  /** It is no longer. */
  void end(TopicPartition partition, boolean inTransaction) {
    oneLess(underWay, partition);
    if (inTransaction) {
      oneLess(underWayInTransactions, partition);
    }
  }

  private static void oneLess(Map<TopicPartition, Integer> counts, TopicPartition partition) {
    counts.computeIfPresent(partition, (key, count) -> count == 1 ? null : count - 1);
  }
}
