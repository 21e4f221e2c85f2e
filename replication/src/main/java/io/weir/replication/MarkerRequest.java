package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * A transaction coordinator's word that a producer's transaction ends in this partition, to be
 * written by the leader. It may come more than once: a marker for a transaction that is not open is
 * written all the same.
 *
 * @param producerEpoch the epoch of the transaction's records, or a later one: it is then the
 *     producer's epoch from here on
 * @param coordinatorEpoch leader epoch of the coordinator's own partition
 * @param commit whether the records count
 * @param onResult runs exactly once, on the partition's loop, and must not block: NONE when the
 *     high watermark has passed the marker, and markers and appends of one partition settle in the
 *     order of its log; INVALID_PRODUCER_EPOCH when the producer is in a later epoch;
 *     TRANSACTION_COORDINATOR_FENCED when a later coordinator has written a marker of that
 *     producer; NOT_ENOUGH_REPLICAS, and nothing was written, when too few replicas are in sync;
 *     NOT_LEADER_OR_FOLLOWER, also when the leadership ends before the marker is committed
 */
public record MarkerRequest(
    TopicPartition partition,
    long producerId,
    short producerEpoch,
    int coordinatorEpoch,
    boolean commit,
    Consumer<ErrorCode> onResult) {}
