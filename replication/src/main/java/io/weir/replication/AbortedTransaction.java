package io.weir.replication;

/**
 * A transaction whose records a read_committed reader is to leave out. Immutable.
 *
 * @param firstOffset where its first record in this log lies; the reader leaves out what the
 *     producer wrote from there up to the abort marker
 */
public record AbortedTransaction(long producerId, long firstOffset) {}
