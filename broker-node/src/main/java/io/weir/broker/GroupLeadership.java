package io.weir.broker;

import io.weir.coordinator.group.GroupCoordinator;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.LeadershipListener;
import org.jspecify.annotations.Nullable;

/**
 * Tells the group coordinator which partitions of __consumer_offsets this node leads. Thread-safe:
 * the coordinator, which is made after the replicas that it stands on, is set once before any
 * partition is assigned.
 */
final class GroupLeadership implements LeadershipListener {
  private volatile @Nullable GroupCoordinator groups;

  void tell(GroupCoordinator coordinator) {
    groups = coordinator;
  }

  @Override
  public void onLeading(TopicPartition partition, int leaderEpoch) {
    GroupCoordinator coordinator = groups;
    if (coordinator != null && partition.topic().equals(TopicNames.CONSUMER_OFFSETS)) {
      coordinator.onLeading(partition.partition(), leaderEpoch);
    }
  }

  @Override
  public void onResigned(TopicPartition partition) {
    GroupCoordinator coordinator = groups;
    if (coordinator != null && partition.topic().equals(TopicNames.CONSUMER_OFFSETS)) {
      coordinator.onResigned(partition.partition());
    }
  }
}
