package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;

/**
 * Decides when a log goes on in a new segment: before its last one would be too large, before its
 * index would be, or when time has moved on, as the batches tell it. A segment takes its first
 * batch whatever that is like. Immutable; the same log and settings always give the same segments,
 * so those of a partition's replicas begin alike.
 */
final class SegmentRoll {
  private final long seed;

  /**
   * @param logName tells logs apart, so that jitter takes another part off each one's time
   */
  SegmentRoll(String logName) {
    seed = logName.hashCode();
  }

  /** Whether the batch at the index of the buffer is to begin a new segment. */
  boolean isDue(LogSegment segment, ByteBuf batches, int index, LogConfig config) {
    if (segment.sizeInBytes() == 0) {
      return false;
    }
    long size = segment.sizeInBytes() + (long) BatchHeader.sizeInBytes(batches, index);
    // The index has four bytes for an offset.
    long relativeOffset = BatchHeader.lastOffset(batches, index) - segment.baseOffset();
    return size > config.segmentBytes()
        || relativeOffset > Integer.MAX_VALUE
        || segment.indexBytesWithNextBatch(config.indexIntervalBytes()) > config.segmentIndexBytes()
        || isOutOfTime(segment, BatchHeader.maxTimestamp(batches, index), config);
  }

  private boolean isOutOfTime(LogSegment segment, long timestampMs, LogConfig config) {
    long firstMs = segment.firstTimestampMs();
    return firstMs != BatchHeader.NO_TIMESTAMP
        && timestampMs - firstMs > config.rollMs() - jitterMs(segment.baseOffset(), config);
  }

  /** What is taken off a segment's time: from 0 up to the jitter asked for, but not all of it. */
  long jitterMs(long baseOffset, LogConfig config) {
    long bound = Math.min(config.segmentJitterMs(), config.rollMs());
    return bound <= 0 ? 0 : Math.floorMod(mix(seed * 31 + baseOffset), bound);
  }

  /** Spreads numbers that are close to each other over all there are (the end of SplitMix64). */
  private static long mix(long number) {
    long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
