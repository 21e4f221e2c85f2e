package io.weir.replication.log;

import java.util.Arrays;

/**
 * The sparse index of one segment in memory. An entry says where one batch begins: its offset
 * relative to the segment's base, its position in the file, and the largest timestamp of all
 * batches of the segment before it. Offsets and positions grow from entry to entry, timestamps
 * never fall. The segment's first batch has no entry: it is what a search finds before the first
 * entry.
 *
 * <p>Confined to the partition's loop until its segment is sealed; not changed after that.
 */
final class SegmentIndex {
  private int[] relativeOffsets = new int[8];
  private int[] positions = new int[8];
  private long[] maxTimestampsBefore = new long[8];
  private int size;

  void add(int relativeOffset, int position, long maxTimestampBefore) {
    if (size == positions.length) {
      int capacity = size * 2;
      relativeOffsets = Arrays.copyOf(relativeOffsets, capacity);
      positions = Arrays.copyOf(positions, capacity);
      maxTimestampsBefore = Arrays.copyOf(maxTimestampsBefore, capacity);
    }
    relativeOffsets[size] = relativeOffset;
    positions[size] = position;
    maxTimestampsBefore[size] = maxTimestampBefore;
    size++;
  }

  int size() {
    return size;
  }

  int relativeOffset(int entry) {
    return relativeOffsets[entry];
  }

  int position(int entry) {
    return positions[entry];
  }

  long maxTimestampBefore(int entry) {
    return maxTimestampsBefore[entry];
  }

  /** The last entry whose offset is not after the given one; -1 when all are. */
  int floorByOffset(long relativeOffset) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (relativeOffsets[middle] <= relativeOffset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** The last entry whose position is not after the given one; -1 when all are. */
  int floorByPosition(long position) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (positions[middle] <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /**
   * The last entry before which no record has the given timestamp or a later one; -1 when there is
   * none.
   */
  int lastAllBefore(long timestampMs) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (maxTimestampsBefore[middle] < timestampMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Forgets the entries of batches at or after the position. */
  void truncateTo(int position) {
    size = floorByPosition(position - 1L) + 1;
  }
}
