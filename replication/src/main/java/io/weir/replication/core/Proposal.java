package io.weir.replication.core;

import java.util.List;

/**
 * An in-sync set that the leader asks the controller to write. Immutable.
 *
 * @param partitionEpoch the state it is based on
 */
public record Proposal(int leaderEpoch, int partitionEpoch, List<Integer> inSyncReplicas) {}
