package io.weir.broker;

import io.weir.broker.config.TopicLogConfigs;
import io.weir.coordinator.group.GroupCoordinator;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataDelta;
import io.weir.coordinator.metadata.MetadataDelta.TopicChange;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataListener;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.replication.PartitionAssignment;
import io.weir.replication.Replicas;
import io.weir.replication.log.LogConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Carries what the metadata says over to this node's replicas and groups. Confined to the thread on
 * which metadata is heard of.
 */
final class MetadataToReplicas implements MetadataListener {
  private final int nodeId;
  private final Replicas replicas;
  private final TopicLogConfigs configs;
  private final GroupCoordinator groups;
  private final CompletableFuture<Void> firstSnapshot = new CompletableFuture<>();

  MetadataToReplicas(
      int nodeId, Replicas replicas, TopicLogConfigs configs, GroupCoordinator groups) {
    this.nodeId = nodeId;
    this.replicas = replicas;
    this.configs = configs;
    this.groups = groups;
  }

  /** Done when the node has all that it needs to serve clients. */
  CompletableFuture<Void> firstSnapshot() {
    return firstSnapshot;
  }

  @Override
  public void onMetadata(MetadataImage old, MetadataImage now, MetadataDelta changed) {
    if (changed.snapshot() || changed.brokersChanged()) {
      replicas.peers(peers(now));
    }
    delete(changed.deletedTopics());
    List<PartitionAssignment> assignments = new ArrayList<>();
    List<TopicIdPartition> movedAway = new ArrayList<>();
    for (TopicChange change : changed.changedTopics()) {
      List<PartitionImage> partitions =
          change.configChanged() ? change.topic().partitions() : change.partitions();
      sort(change.topic(), partitions, assignments, movedAway);
    }
    replicas.remove(movedAway);
    replicas.assign(assignments);
    tellGroups(changed);
    if (changed.snapshot()) {
      replicas.retainOnly(ofThisNode(now));
      firstSnapshot.complete(null);
    }
  }

  /** Groups share out partitions, whoever has them: only their number matters. */
  private void tellGroups(MetadataDelta changed) {
    Set<String> names = new HashSet<>();
    changed.deletedTopics().forEach(topic -> names.add(topic.name()));
    for (TopicChange change : changed.changedTopics()) {
      TopicImage before = change.before();
      if (before == null || before.partitions().size() != change.topic().partitions().size()) {
        names.add(change.topic().name());
      }
    }
    if (!names.isEmpty()) {
      groups.onTopicsChanged(names);
    }
  }

  private void delete(List<TopicImage> deleted) {
    if (deleted.isEmpty()) {
      return;
    }
    List<TopicIdPartition> partitions = new ArrayList<>();
    for (TopicImage topic : deleted) {
      configs.forget(topic.id());
      topic.partitions().forEach(p -> partitions.add(idOf(topic, p)));
    }
    replicas.remove(partitions);
    groups.onTopicsDeleted(deleted.stream().map(TopicImage::name).toList());
  }

  private void sort(
      TopicImage topic,
      List<PartitionImage> partitions,
      List<PartitionAssignment> assignments,
      List<TopicIdPartition> movedAway) {
    LogConfig config = configs.of(topic);
    for (PartitionImage partition : partitions) {
      if (partition.replicas().contains(nodeId)) {
        assignments.add(assignment(topic, partition, config));
      } else {
        movedAway.add(idOf(topic, partition));
      }
    }
  }

  private static PartitionAssignment assignment(
      TopicImage topic, PartitionImage partition, LogConfig config) {
    return new PartitionAssignment(
        topic.id(),
        topic.name(),
        partition.partition(),
        partition.leader(),
        partition.leaderEpoch(),
        partition.partitionEpoch(),
        partition.replicas(),
        partition.inSyncReplicas(),
        config);
  }

  private Map<Integer, HostAndPort> peers(MetadataImage image) {
    Map<Integer, HostAndPort> peers = new HashMap<>();
    for (BrokerImage broker : image.brokers().values()) {
      if (broker.id() != nodeId) {
        peers.put(broker.id(), broker.internal());
      }
    }
    return peers;
  }

  private Set<TopicIdPartition> ofThisNode(MetadataImage image) {
    Set<TopicIdPartition> partitions = new HashSet<>();
    for (TopicImage topic : image.topics()) {
      for (PartitionImage partition : topic.partitions()) {
        if (partition.replicas().contains(nodeId)) {
          partitions.add(idOf(topic, partition));
        }
      }
    }
    return partitions;
  }

  private static TopicIdPartition idOf(TopicImage topic, PartitionImage partition) {
    return new TopicIdPartition(topic.id(), partition.partition());
  }
}
