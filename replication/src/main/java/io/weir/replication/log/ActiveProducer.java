package io.weir.replication.log;

/**
 * What a log knows of one producer, to be shown to people. Immutable.
 *
 * @param lastSequence sequence number of its last record; -1 when unknown
 * @param lastTimestampMs timestamp of its last batch or marker; -1 when unknown
 * @param coordinatorEpoch of the last marker that ended a transaction of it; -1 when there was none
 * @param transactionStartOffset where its open transaction begins; -1 when none is open
 */
public record ActiveProducer(
    long producerId,
    short producerEpoch,
    int lastSequence,
    long lastTimestampMs,
    int coordinatorEpoch,
    long transactionStartOffset) {}
