package io.weir.coordinator.metadata;

import java.util.List;
import java.util.UUID;

/**
 * One change of the metadata, as it goes from the controller to all nodes. Each carries the whole
 * new state of what it names, so that applying it twice does no harm. Immutable.
 */
public sealed interface MetadataRecord {
  /** All live nodes, and which of them is the controller (-1: none). */
  record Brokers(int controllerId, List<BrokerImage> live) implements MetadataRecord {
    public Brokers {
      live = List.copyOf(live);
    }
  }

  /** A topic is new, or has other settings or more partitions. */
  record TopicWritten(TopicImage topic) implements MetadataRecord {}

  /** The topic with this id is gone; a later one of the same name is another. */
  record TopicDeleted(UUID topicId, String name) implements MetadataRecord {}

  /** A partition has another leader or in-sync set. */
  record PartitionWritten(UUID topicId, PartitionImage partition) implements MetadataRecord {}
}
