package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.List;
import java.util.UUID;

/**
 * The in-sync set that a leader wishes the controller to write. Immutable.
 *
 * @param leaderEpoch of the leader that proposes
 * @param partitionEpoch the state that the proposal is based on; another one makes it stale
 */
public record InSyncProposal(
    UUID topicId,
    TopicPartition partition,
    int leaderEpoch,
    int partitionEpoch,
    List<Integer> inSyncReplicas) {}
