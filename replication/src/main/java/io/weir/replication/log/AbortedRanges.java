package io.weir.replication.log;

import java.util.ArrayList;
import java.util.List;

/**
 * The aborted transactions whose markers lie in one segment, in the order of their markers; they
 * may have begun in an earlier segment. Confined to the partition's loop until the segment is
 * sealed; not changed after that.
 */
final class AbortedRanges {
  private final List<AbortedRange> ranges = new ArrayList<>();

  int size() {
    return ranges.size();
  }

  AbortedRange get(int i) {
    return ranges.get(i);
  }

  void add(AbortedRange range) {
    ranges.add(range);
  }

  /** The earliest offset that any of them covers; the largest number when there are none. */
  long firstOffset() {
    long first = Long.MAX_VALUE;
    for (AbortedRange range : ranges) {
      first = Math.min(first, range.firstOffset());
    }
    return first;
  }

  /** Forgets those whose markers are at the offset or after it. */
  void truncateTo(long offset) {
    while (!ranges.isEmpty() && ranges.getLast().lastOffset() >= offset) {
      ranges.removeLast();
    }
  }

  /** Adds those that cover an offset from the first (inclusive) to the end (exclusive). */
  void collect(long fromOffset, long endOffset, List<AbortedRange> into) {
    for (int i = firstEndingAtOrAfter(fromOffset); i < ranges.size(); i++) {
      AbortedRange range = ranges.get(i);
      if (range.firstOffset() < endOffset) {
        into.add(range);
      }
    }
  }

  private int firstEndingAtOrAfter(long offset) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).lastOffset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
