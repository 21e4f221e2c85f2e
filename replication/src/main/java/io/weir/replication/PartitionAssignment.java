package io.weir.replication;

import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.log.LogConfig;
import java.util.List;
import java.util.UUID;

/**
 * What the metadata says about a partition that this node holds a replica of. Immutable.
 *
 * @param leader node id, or -1 when there is none
 * @param leaderEpoch number of the leadership; grows with each election
 * @param partitionEpoch version of the partition's state; grows with each change, also of the
 *     in-sync set
 * @param replicas node ids of all assigned replicas, preferred leader first
 * @param inSyncReplicas the subset that is in sync, as the controller wrote it
 */
public record PartitionAssignment(
    UUID topicId,
    String topic,
    int partition,
    int leader,
    int leaderEpoch,
    int partitionEpoch,
    List<Integer> replicas,
    List<Integer> inSyncReplicas,
    LogConfig config) {
  public PartitionAssignment {
    replicas = List.copyOf(replicas);
    inSyncReplicas = List.copyOf(inSyncReplicas);
  }

  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  public TopicIdPartition topicIdPartition() {
    return new TopicIdPartition(topicId, partition);
  }
}
