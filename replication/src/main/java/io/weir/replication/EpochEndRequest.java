package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * Asks the leader where an epoch ends.
 *
 * @param currentLeaderEpoch as in {@link ReadRequest}
 * @param leaderEpoch the epoch in question
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record EpochEndRequest(
    TopicPartition partition,
    int currentLeaderEpoch,
    int leaderEpoch,
    Consumer<EpochEndResult> onResult) {}
