package io.weir.replication.log;

/**
 * Where a log ended before a write, in its files. Immutable.
 *
 * @param position bytes of the segment
 * @param latestEpoch -1 when it had none
 */
record LogTail(LogSegment segment, int position, int latestEpoch) {}
