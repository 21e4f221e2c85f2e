package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.protocol.model.TopicIdPartition;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The nodes that are held to be alive. Confined to the controller's thread. */
final class Roster {
  private final TreeMap<Integer, Node> nodes = new TreeMap<>();

  @Nullable Node get(int nodeId) {
    return nodes.get(nodeId);
  }

  void put(Node node) {
    nodes.put(node.id(), node);
  }

  void remove(Node node) {
    nodes.remove(node.id(), node);
  }

  /** In the order of their ids. */
  Collection<Node> all() {
    return List.copyOf(nodes.values());
  }

  boolean isAlive(int nodeId) {
    return nodes.containsKey(nodeId);
  }

  boolean isElectable(int nodeId) {
    Node node = nodes.get(nodeId);
    return node != null && node.isElectable();
  }

  /** Whether the node's replica of the partition can be counted on: its disk is in order. */
  boolean isOnline(int nodeId, TopicIdPartition partition) {
    Node node = nodes.get(nodeId);
    return node == null || !node.offlineReplicas().contains(partition);
  }

  /** Where new replicas may go. */
  List<ReplicaPlacement.Candidate> candidates() {
    return nodes.values().stream()
        .filter(Node::isElectable)
        .map(node -> new ReplicaPlacement.Candidate(node.id(), node.rack()))
        .toList();
  }

  List<BrokerImage> images() {
    return nodes.values().stream()
        .map(node -> node.registered().image(node.offlineReplicas()))
        .sorted(Comparator.comparingInt(BrokerImage::id))
        .toList();
  }
}
