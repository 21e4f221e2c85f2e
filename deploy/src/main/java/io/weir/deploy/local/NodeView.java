package io.weir.deploy.local;

import java.util.List;
import java.util.Set;

/**
 * The cluster as one node sees it. Immutable.
 *
 * @param nodes ids of the nodes that are registered
 * @param controller id of the controller; -1 when the node knows of none
 * @param partitions all partitions of all topics, internal ones too
 */
record NodeView(Set<Integer> nodes, int controller, List<PartitionView> partitions) {
  NodeView {
    nodes = Set.copyOf(nodes);
    partitions = List.copyOf(partitions);
  }

  /**
   * A partition as a node sees it.
   *
   * @param leader id of its leader; -1 when it has none
   */
  record PartitionView(
      String topic, int partition, int leader, List<Integer> replicas, List<Integer> inSync) {
    String name() {
      return topic + "-" + partition;
    }

    boolean hasLeader() {
      return leader >= 0;
    }

    boolean isUnderReplicated() {
      return inSync.size() < replicas.size();
    }
  }
}
