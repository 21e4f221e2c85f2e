package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Where the replicas of new partitions go, chosen or given. Stateless. */
final class Assignments {
  /** So that a topic always fits into a znode, and one request cannot ask for millions. */
  static final int MAX_PARTITIONS_PER_TOPIC = 10_000;

  /** What a controller is known to take over in good time. */
  static final int MAX_PARTITIONS = 200_000;

  private Assignments() {}

  static ReplicaPlacement placement(MetadataImage image, Roster roster, long seed) {
    ReplicaPlacement placement = new ReplicaPlacement(roster.candidates(), seed);
    for (TopicImage topic : image.topics()) {
      topic.partitions().forEach(partition -> placement.count(partition.replicas()));
    }
    return placement;
  }

  /**
   * @param total partitions of the topic with the new ones
   */
  static void checkCount(MetadataImage image, long total, long added) throws Refusal {
    if (total > MAX_PARTITIONS_PER_TOPIC) {
      throw new Refusal(
          ErrorCode.INVALID_PARTITIONS,
          "a topic may have at most "
              + MAX_PARTITIONS_PER_TOPIC
              + " partitions, and "
              + total
              + " were asked for");
    }
    long existing = image.topics().stream().mapToLong(topic -> topic.partitions().size()).sum();
    if (existing + added > MAX_PARTITIONS) {
      throw new Refusal(
          ErrorCode.POLICY_VIOLATION,
          "the cluster may have at most " + MAX_PARTITIONS + " partitions, and has " + existing);
    }
  }

  static void checkReplicationFactor(int replicationFactor, ReplicaPlacement placement)
      throws Refusal {
    if (replicationFactor < 1) {
      throw new Refusal(
          ErrorCode.INVALID_REPLICATION_FACTOR, "the replication factor must be at least 1");
    }
    if (replicationFactor > placement.candidates()) {
      throw new Refusal(
          ErrorCode.INVALID_REPLICATION_FACTOR,
          "the replication factor "
              + replicationFactor
              + " is larger than the number of nodes that are there, "
              + placement.candidates());
    }
  }

  /** Checks replicas that a client gave. */
  static void checkGiven(
      int partition, List<Integer> replicas, int replicationFactor, Roster roster) throws Refusal {
    if (replicas.isEmpty()) {
      throw invalid("partition " + partition + " has no replicas");
    }
    if (new HashSet<>(replicas).size() != replicas.size()) {
      throw invalid("partition " + partition + " names a node twice: " + replicas);
    }
    if (replicas.size() != replicationFactor) {
      throw invalid(
          "partition "
              + partition
              + " has "
              + replicas.size()
              + " replicas, while others have "
              + replicationFactor);
    }
    for (int replica : replicas) {
      if (!roster.isAlive(replica)) {
        throw invalid("partition " + partition + " names node " + replica + ", which is not there");
      }
    }
    if (replicas.stream().noneMatch(roster::isElectable)) {
      throw invalid("no node of partition " + partition + " can lead it at the moment");
    }
  }

  private static Refusal invalid(String message) {
    return new Refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
  }

  /**
   * New partitions: the first electable replica leads, and those that are electable are in sync.
   */
  static List<PartitionImage> partitions(int first, List<List<Integer>> assigned, Roster roster) {
    List<PartitionImage> partitions = new ArrayList<>(assigned.size());
    for (List<Integer> replicas : assigned) {
      List<Integer> inSync = replicas.stream().filter(roster::isElectable).toList();
      partitions.add(
          new PartitionImage(first + partitions.size(), replicas, inSync, inSync.getFirst(), 0, 0));
    }
    return partitions;
  }
}
