package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicPartition;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Offsets of one group that are in the log and wait for the end of their transactions. Confined to
 * the shard.
 *
 * <p>What is visible for a partition is the last in the log of those that count: a transaction that
 * commits late does not bring back an offset that is older than the visible one. Places in the log
 * need to be known only where something is pending; they are counted here, in the order of the
 * calls, which is that of the log.
 */
final class PendingOffsets {
  /** An offset and its place in the log. Immutable. */
  private record Placed(CommittedOffset offset, long place) {}

  /** What waits for one partition. */
  private static final class Waiting {
    private final Map<Long, Placed> byProducer = new HashMap<>();
    private long visiblePlace;
  }

  private final Map<TopicPartition, Waiting> byPartition = new HashMap<>();
  private final Map<Long, Set<TopicPartition>> partitionsByProducer = new HashMap<>();
  private long lastPlace;

  boolean isEmpty() {
    return byPartition.isEmpty();
  }

  boolean has(TopicPartition partition) {
    return byPartition.containsKey(partition);
  }

  Set<TopicPartition> partitions() {
    return Collections.unmodifiableSet(byPartition.keySet());
  }

  /** A later offset of the same transaction takes the place of an earlier one. */
  void add(long producerId, TopicPartition partition, CommittedOffset offset) {
    byPartition
        .computeIfAbsent(partition, key -> new Waiting())
        .byProducer
        .put(producerId, new Placed(offset, ++lastPlace));
    partitionsByProducer.computeIfAbsent(producerId, key -> new LinkedHashSet<>()).add(partition);
  }

  /** An offset outside of any transaction has become visible: whatever is pending is older. */
  void overtake(TopicPartition partition) {
    Waiting waiting = byPartition.get(partition);
    if (waiting != null) {
      waiting.visiblePlace = ++lastPlace;
    }
  }

  /** A tombstone covers what is pending as well. */
  void erase(TopicPartition partition) {
    Waiting waiting = byPartition.remove(partition);
    if (waiting != null) {
      for (Long producerId : waiting.byProducer.keySet()) {
        partitionsByProducer.computeIfPresent(
            producerId,
            (id, partitions) -> {
              partitions.remove(partition);
              return partitions.isEmpty() ? null : partitions;
            });
      }
    }
  }

  /** Ends the producer's transaction, and gives what becomes visible. */
  Map<TopicPartition, CommittedOffset> end(long producerId, boolean commit) {
    Map<TopicPartition, CommittedOffset> visible = new HashMap<>();
    Set<TopicPartition> partitions = partitionsByProducer.remove(producerId);
    if (partitions == null) {
      return visible;
    }
    for (TopicPartition partition : partitions) {
      Waiting waiting = byPartition.get(partition);
      Placed ended = waiting == null ? null : waiting.byProducer.remove(producerId);
      if (waiting == null || ended == null) {
        continue;
      }
      if (commit && ended.place() > waiting.visiblePlace) {
        waiting.visiblePlace = ended.place();
        visible.put(partition, ended.offset());
      }
      if (waiting.byProducer.isEmpty()) {
        byPartition.remove(partition);
      }
    }
    return visible;
  }
}
