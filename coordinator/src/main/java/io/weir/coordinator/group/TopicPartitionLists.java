package io.weir.coordinator.group;

import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Partitions in the form that messages have them: lists by topic. Stateless. */
final class TopicPartitionLists {
  private TopicPartitionLists() {}

  /** In the order of topics' ids and of partitions. */
  static Map<UUID, List<Integer>> of(Collection<TopicIdPartition> partitions) {
    Map<UUID, List<Integer>> byTopic = new TreeMap<>();
    for (TopicIdPartition partition : partitions) {
      byTopic
          .computeIfAbsent(partition.topicId(), topic -> new ArrayList<>())
          .add(partition.partition());
    }
    byTopic.values().forEach(indexes -> indexes.sort(null));
    return byTopic;
  }
}
