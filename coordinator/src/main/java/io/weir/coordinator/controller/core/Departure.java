package io.weir.coordinator.controller.core;

import io.weir.coordinator.TopicDefaults;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Prepares partitions for a node that is about to stop: another in-sync replica takes over each of
 * its leaderships, and it leaves each in-sync set that stays large enough to acknowledge. What
 * nobody can take over stays with it to its end. Immutable.
 */
record Departure(Roster roster, TopicDefaults defaults) {

  List<MetadataRecord> of(int nodeId, MetadataImage image) {
    List<MetadataRecord> changes = new ArrayList<>();
    for (TopicImage topic : image.topics()) {
      int minimum = minInSyncReplicas(topic);
      for (PartitionImage partition : topic.partitions()) {
        PartitionImage changed = without(nodeId, partition, minimum);
        if (!changed.equals(partition)) {
          changes.add(new PartitionWritten(topic.id(), changed));
        }
      }
    }
    return changes;
  }

  private PartitionImage without(int nodeId, PartitionImage partition, int minimum) {
    if (!partition.inSyncReplicas().contains(nodeId)) {
      return partition;
    }
    int leader = partition.leader() == nodeId ? successor(partition) : partition.leader();
    if (leader == PartitionImage.NO_LEADER) {
      return partition;
    }
    List<Integer> rest =
        partition.inSyncReplicas().stream().filter(replica -> replica != nodeId).toList();
    boolean enough = rest.size() >= Math.min(minimum, partition.replicas().size());
    return partition.changedTo(leader, enough ? rest : partition.inSyncReplicas());
  }

  private int successor(PartitionImage partition) {
    return partition.replicas().stream()
        .filter(partition.inSyncReplicas()::contains)
        .filter(roster::isElectable)
        .findFirst()
        .orElse(PartitionImage.NO_LEADER);
  }

  private int minInSyncReplicas(TopicImage topic) {
    String set = topic.config().get("min.insync.replicas");
    try {
      return set == null ? defaults.minInSyncReplicas() : Integer.parseInt(set.strip());
    } catch (NumberFormatException _) {
      return defaults.minInSyncReplicas();
    }
  }
}
