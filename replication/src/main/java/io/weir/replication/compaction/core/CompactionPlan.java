package io.weir.replication.compaction.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compacted of one log, and how urgently. Immutable.
 *
 * @param firstDirtyOffset keys from here on have not been held against what is before them
 * @param endOffset exclusive; where a sealed segment ends
 * @param dirtyRatio share of bytes that are dirty
 * @param overdue a record has been uncompacted for as long as it may
 */
public record CompactionPlan(
    long firstDirtyOffset, long endOffset, double dirtyRatio, boolean overdue)
    implements Comparable<CompactionPlan> {

  /**
   * Plans for a log whether or not it is worth it yet, which {@link #isDue} says.
   *
   * @param sealed segments by offset, from the log's first on
   * @param compactedTo all before it is compacted
   * @param bound no segment that reaches past it is touched: it is not on disk, or not decided
   * @return null when nothing is dirty
   */
  public static @Nullable CompactionPlan of(
      List<SegmentFacts> sealed, long compactedTo, long bound, CleanupConfig config, long nowMs) {
    long clean = 0;
    long dirty = 0;
    long endOffset = -1;
    boolean overdue = false;
    for (SegmentFacts segment : sealed) {
      if (segment.nextOffset() > bound || isTooYoung(segment, config, nowMs)) {
        break;
      }
      if (segment.nextOffset() <= compactedTo) {
        clean += segment.sizeInBytes();
      } else {
        dirty += segment.sizeInBytes();
        endOffset = segment.nextOffset();
        overdue |= isOverdue(segment, config, nowMs);
      }
    }
    if (endOffset < 0 || dirty == 0) {
      return null;
    }
    long firstDirty = Math.max(compactedTo, sealed.getFirst().baseOffset());
    return new CompactionPlan(firstDirty, endOffset, (double) dirty / (clean + dirty), overdue);
  }

  private static boolean isTooYoung(SegmentFacts segment, CleanupConfig config, long nowMs) {
    return config.minCompactionLagMs() > 0
        && segment.maxTimestampMs() > nowMs - config.minCompactionLagMs();
  }

  private static boolean isOverdue(SegmentFacts segment, CleanupConfig config, long nowMs) {
    return segment.firstTimestampMs() >= 0
        && config.maxCompactionLagMs() != Long.MAX_VALUE
        && nowMs - segment.firstTimestampMs() > config.maxCompactionLagMs();
  }

  public boolean isDue(CleanupConfig config) {
    return overdue || dirtyRatio > config.minCleanableDirtyRatio();
  }

  /** The more urgent one is less. */
  @Override
  public int compareTo(CompactionPlan other) {
    return overdue != other.overdue
        ? Boolean.compare(other.overdue, overdue)
        : Double.compare(other.dirtyRatio, dirtyRatio);
  }

  /**
   * Which neighbouring segments become one: as many as fit into a segment by their present sizes.
   *
   * @param endOffset segments that begin there or later are left alone
   * @return how many segments each group takes, from the first on
   */
  public static List<Integer> groups(List<SegmentFacts> segments, long endOffset, int maxBytes) {
    List<Integer> counts = new ArrayList<>();
    long base = 0;
    long bytes = 0;
    int count = 0;
    for (SegmentFacts segment : segments) {
      if (segment.baseOffset() >= endOffset) {
        break;
      }
      boolean fits =
          bytes + segment.sizeInBytes() <= maxBytes
              && segment.nextOffset() - base <= Integer.MAX_VALUE;
      if (count > 0 && !fits) {
        counts.add(count);
        count = 0;
      }
      if (count == 0) {
        base = segment.baseOffset();
        bytes = 0;
      }
      bytes += segment.sizeInBytes();
      count++;
    }
    if (count > 0) {
      counts.add(count);
    }
    return counts;
  }
}
