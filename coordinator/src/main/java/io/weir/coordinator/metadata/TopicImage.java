package io.weir.coordinator.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A topic. Immutable.
 *
 * @param config what was set for this topic; everything else has the node's defaults
 * @param partitions indexed by partition
 */
public record TopicImage(
    UUID id, String name, Map<String, String> config, List<PartitionImage> partitions) {
  public TopicImage {
    config = Map.copyOf(config);
    partitions = List.copyOf(partitions);
  }

  /** The partition, or null when the topic has no such partition. */
  public @Nullable PartitionImage partition(int index) {
    return index >= 0 && index < partitions.size() ? partitions.get(index) : null;
  }

  TopicImage with(List<PartitionImage> changed) {
    List<PartitionImage> copy = new ArrayList<>(partitions);
    changed.forEach(partition -> copy.set(partition.partition(), partition));
    return new TopicImage(id, name, config, copy);
  }
}
