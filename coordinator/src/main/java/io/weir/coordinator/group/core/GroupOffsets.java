package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicPartition;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one group: those that are committed, and the partitions for which a record is
 * under way. Confined to the shard.
 */
final class GroupOffsets {
  private final Map<TopicPartition, CommittedOffset> committed = new HashMap<>();
  private final Map<TopicPartition, Integer> underWay = new HashMap<>();

  @Nullable CommittedOffset get(TopicPartition partition) {
    return committed.get(partition);
  }

  Map<TopicPartition, CommittedOffset> committed() {
    return Collections.unmodifiableMap(committed);
  }

  /** Whether there is nothing, nor will be. */
  boolean isBlank() {
    return committed.isEmpty() && underWay.isEmpty();
  }

  boolean isUnderWay(TopicPartition partition) {
    return underWay.containsKey(partition);
  }

  boolean anyUnderWay() {
    return !underWay.isEmpty();
  }

  /** All partitions that have, or may yet get, an offset. */
  Set<TopicPartition> partitions() {
    Set<TopicPartition> partitions = new LinkedHashSet<>(committed.keySet());
    partitions.addAll(underWay.keySet());
    return partitions;
  }

  void store(TopicPartition partition, CommittedOffset offset) {
    committed.put(partition, offset);
  }

  void erase(TopicPartition partition) {
    committed.remove(partition);
  }

  void begin(TopicPartition partition) {
    underWay.merge(partition, 1, Integer::sum);
  }

  void end(TopicPartition partition) {
    underWay.computeIfPresent(partition, (key, count) -> count - 1);
    underWay.remove(partition, 0);
  }
}
