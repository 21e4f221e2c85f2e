package io.weir.replication.log;

/**
 * An aborted transaction as it lies in a log. Immutable.
 *
 * @param firstOffset of its first record
 * @param lastOffset of its abort marker
 */
public record AbortedRange(long producerId, long firstOffset, long lastOffset) {}
