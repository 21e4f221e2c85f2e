package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A fetch from the leader.
 *
 * @param currentLeaderEpoch the leader epoch that the reader knows, -1 for none; an older one is
 *     answered FENCED_LEADER_EPOCH, a newer one UNKNOWN_LEADER_EPOCH
 * @param lastFetchedEpoch epoch of the last record that the reader has, -1 when unknown; where it
 *     does not go with the log, the answer says where the logs part
 * @param fetchOffset offset of the first record wanted; the first batch returned is the one that
 *     holds it
 * @param maxBytes upper bound, but for the first batch, which is returned whole
 * @param onData runs at most once, on the partition's loop, when the answer was empty and a read
 *     would now give records or an error; null when the reader will not wait
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record ReadRequest(
    TopicPartition partition,
    int currentLeaderEpoch,
    int lastFetchedEpoch,
    long fetchOffset,
    int maxBytes,
    ReadUpTo upTo,
    @Nullable Runnable onData,
    Consumer<ReadResult> onResult) {}
