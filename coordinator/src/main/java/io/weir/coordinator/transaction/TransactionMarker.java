package io.weir.coordinator.transaction;

/**
 * How a transaction ends, as it is told to the partitions in it. Immutable.
 *
 * @param producerEpoch of the marker: with transactions of version 2, and when the producer was
 *     fenced, one above the epoch of the transaction's records
 * @param coordinatorEpoch leader epoch of the coordinator's partition: fences those before it
 * @param commit false for an abort
 */
public record TransactionMarker(
    String transactionalId,
    long producerId,
    short producerEpoch,
    int coordinatorEpoch,
    boolean commit) {}
