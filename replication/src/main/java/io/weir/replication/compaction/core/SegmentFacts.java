package io.weir.replication.compaction.core;

/**
 * What is to be known of a sealed segment to decide about it. Immutable.
 *
 * @param nextOffset the offset after its last batch
 * @param firstTimestampMs maximum timestamp of its first batch that has one; -1 none
 * @param maxTimestampMs largest timestamp of all; -1 none
 */
public record SegmentFacts(
    long baseOffset,
    long nextOffset,
    long sizeInBytes,
    long firstTimestampMs,
    long maxTimestampMs) {}
