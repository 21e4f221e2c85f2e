package io.weir.coordinator.metadata;

import java.util.List;

/**
 * A partition as the controller last wrote it. Immutable.
 *
 * @param partition index within its topic, from 0
 * @param replicas node ids in order of preference, the preferred leader first; never empty
 * @param inSyncReplicas those replicas that hold everything that was acknowledged; empty only after
 *     the disk of the last of them was wiped
 * @param leader node id, or {@link #NO_LEADER}
 * @param leaderEpoch grows with each change of leader, also to none
 * @param partitionEpoch grows with each change of leader or in-sync set
 */
public record PartitionImage(
    int partition,
    List<Integer> replicas,
    List<Integer> inSyncReplicas,
    int leader,
    int leaderEpoch,
    int partitionEpoch) {
  public static final int NO_LEADER = -1;

  public PartitionImage {
    replicas = List.copyOf(replicas);
    inSyncReplicas = List.copyOf(inSyncReplicas);
  }

  public boolean hasLeader() {
    return leader != NO_LEADER;
  }

  /** The next state, with the epochs that the change calls for; this one when nothing changes. */
  public PartitionImage changedTo(int newLeader, List<Integer> newInSync) {
    if (newLeader == leader && newInSync.equals(inSyncReplicas)) {
      return this;
    }
    return new PartitionImage(
        partition,
        replicas,
        newInSync,
        newLeader,
        newLeader == leader ? leaderEpoch : leaderEpoch + 1,
        partitionEpoch + 1);
  }

  /** The next state with the same content: whatever was proposed on this one is too late. */
  public PartitionImage confirmed() {
    return new PartitionImage(
        partition, replicas, inSyncReplicas, leader, leaderEpoch, partitionEpoch + 1);
  }

  /** The next state, with a new leadership even if the leader is the same node as before. */
  public PartitionImage electing(int newLeader, List<Integer> newInSync) {
    return new PartitionImage(
        partition, replicas, newInSync, newLeader, leaderEpoch + 1, partitionEpoch + 1);
  }
}
