package io.weir.replication;

import java.util.List;

/**
 * A replica at one moment, for status and tests. Immutable.
 *
 * @param leaderEpoch -1 while it neither leads nor follows
 * @param inSyncReplicas as the leader knows it; empty on others
 */
public record ReplicaState(
    boolean leading,
    int leaderEpoch,
    long logStartOffset,
    long logEndOffset,
    long highWatermark,
    List<Integer> inSyncReplicas) {}
