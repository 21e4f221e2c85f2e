package io.weir.replication.core;

import java.util.List;

/**
 * A leader's mandate, as metadata words it. Immutable.
 *
 * @param self node id of the leader
 * @param leaderEpoch number of the leadership
 * @param partitionEpoch version of the partition's state
 * @param replicas all assigned replicas, the leader among them
 * @param inSyncReplicas as the controller wrote it
 * @param minInSyncReplicas the topic's min.insync.replicas
 * @param flushedCounts whether the high watermark goes by what is on disk, and not by what is
 *     appended
 */
public record Leadership(
    int self,
    int leaderEpoch,
    int partitionEpoch,
    List<Integer> replicas,
    List<Integer> inSyncReplicas,
    int minInSyncReplicas,
    boolean flushedCounts) {
  public Leadership {
    replicas = List.copyOf(replicas);
    inSyncReplicas = List.copyOf(inSyncReplicas);
  }

  /** Of a topic where what is appended counts. */
  public Leadership(
      int self,
      int leaderEpoch,
      int partitionEpoch,
      List<Integer> replicas,
      List<Integer> inSyncReplicas,
      int minInSyncReplicas) {
    this(self, leaderEpoch, partitionEpoch, replicas, inSyncReplicas, minInSyncReplicas, false);
  }

  /** How many replicas must be in sync for the high watermark to advance. */
  public int effectiveMinimum() {
    return Math.min(minInSyncReplicas, replicas.size());
  }

  boolean enoughInSync() {
    return inSyncReplicas.size() >= effectiveMinimum();
  }

  Leadership withInSync(int newPartitionEpoch, List<Integer> newInSync) {
    return new Leadership(
        self,
        leaderEpoch,
        newPartitionEpoch,
        replicas,
        newInSync,
        minInSyncReplicas,
        flushedCounts);
  }
}
