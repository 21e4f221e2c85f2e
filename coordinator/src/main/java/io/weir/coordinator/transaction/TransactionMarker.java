package io.weir.coordinator.transaction;

/**
 * How a transaction ends, as it is told to the partitions in it. Immutable.
 *
 * @param producerEpoch of the marker: with transactions of version 2, and when the producer was
 *     fenced, one above the epoch of the transaction's records
 * @param coordinatorEpoch leader epoch of the coordinator's partition: fences those before it
 * @param commit false for an abort
 * @param raisesEpoch whether the transaction is of version 2, where the marker's epoch is always
 *     above that of the records: a marker that comes late cannot hit the producer's next
 *     transaction
 */
public record TransactionMarker(
    String transactionalId,
    long producerId,
    short producerEpoch,
    int coordinatorEpoch,
    boolean commit,
    boolean raisesEpoch) {}
