package io.weir.replication.log;

/**
 * What is to be known of a segment without reading it. Immutable.
 *
 * @param sizeInBytes of its log file
 * @param nextOffset the offset after its last batch
 * @param firstTimestampMs maximum timestamp of its first batch that has one; -1 none
 * @param maxTimestampMs largest timestamp of all; -1 none
 * @param maxTimestampOffset base offset of the first batch that has the largest timestamp; -1 none
 */
record SegmentSummary(
    int sizeInBytes,
    long nextOffset,
    long firstTimestampMs,
    long maxTimestampMs,
    long maxTimestampOffset) {}
