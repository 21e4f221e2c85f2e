package io.weir.replication.log;

import org.jspecify.annotations.Nullable;

/**
 * The newest batches of the active segment, so that reads at the tail need no I/O. Holds up to
 * {@link #CAPACITY} of them, the oldest gives way. Confined to the partition's loop.
 */
final class TailRing {
  private static final int CAPACITY = 256;
  private static final int MASK = CAPACITY - 1;

  private final long[] baseOffsets = new long[CAPACITY];
  private final int[] positions = new int[CAPACITY];
  private long added;
  private long endOffset;
  private int endPosition;

  void add(long baseOffset, long nextOffset, int position, int sizeInBytes) {
    int slot = (int) added & MASK;
    baseOffsets[slot] = baseOffset;
    positions[slot] = position;
    endOffset = nextOffset;
    endPosition = position + sizeInBytes;
    added++;
  }

  void clear() {
    added = 0;
  }

  /** The batch that holds the offset; null when it is older than what is kept, or not there yet. */
  @Nullable BatchLocation find(long offset) {
    if (added == 0 || offset >= endOffset || offset < baseOffsets[slot(first())]) {
      return null;
    }
    long low = first();
    long high = added;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (baseOffsets[slot(middle)] <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return at(low);
  }

  /**
   * The last boundary between batches that is neither past the offset nor past the position; null
   * when it is older than what is kept.
   */
  @Nullable BatchStart endWithin(long upperBoundOffset, long endLimit) {
    long low = first() - 1;
    long high = added;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (nextOffset(middle) <= upperBoundOffset && end(middle) <= endLimit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low < first() ? null : new BatchStart(nextOffset(low), end(low));
  }

  private BatchLocation at(long batch) {
    int slot = slot(batch);
    return new BatchLocation(
        baseOffsets[slot], nextOffset(batch), positions[slot], end(batch) - positions[slot]);
  }

  private long nextOffset(long batch) {
    return batch + 1 == added ? endOffset : baseOffsets[slot(batch + 1)];
  }

  private int end(long batch) {
    return batch + 1 == added ? endPosition : positions[slot(batch + 1)];
  }

  private long first() {
    return Math.max(0, added - CAPACITY);
  }

  private static int slot(long batch) {
    return (int) batch & MASK;
  }
}
