package io.weir.replication.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The aborted transactions that have their markers in one segment, in memory as long as the segment
 * takes batches, then in a file of which only a summary is kept. Confined to the partition's loop,
 * but for {@link #write}, which the sealer calls.
 *
 * <pre>
 *   in memory --write--> in the file --reopen--> in memory
 *       ^                     |
 *       +------ learn ------ unknown: the file is missing or damaged
 * </pre>
 *
 * <p>What is unknown {@link ProducerReplay} finds out from the log, as the transactions may have
 * begun in an earlier segment.
 */
final class SegmentAborted {
  private final Path path;
  private @Nullable AbortedRanges memory;
  private boolean known;
  private int count;
  private long firstOffset = Long.MAX_VALUE;

  private SegmentAborted(Path path) {
    this.path = path;
  }

  /** Of a segment without batches. */
  static SegmentAborted none(Path path) {
    SegmentAborted aborted = new SegmentAborted(path);
    aborted.memory = new AbortedRanges();
    aborted.known = true;
    return aborted;
  }

  /** Of a sealed segment. */
  static SegmentAborted inFile(Path path, int logSize) throws IOException {
    SegmentAborted aborted = new SegmentAborted(path);
    AbortedIndexFile file = AbortedIndexFile.open(path, logSize);
    if (file != null) {
      aborted.known = true;
      aborted.count = file.entryCount();
      aborted.firstOffset = file.firstOffset();
    }
    return aborted;
  }

  boolean isKnown() {
    return known;
  }

  void add(AbortedRange range) {
    AbortedRanges ranges = memory;
    if (ranges == null) {
      throw new IllegalStateException("a sealed segment takes no markers");
    }
    ranges.add(range);
    count++;
    firstOffset = Math.min(firstOffset, range.firstOffset());
  }

  void forget() {
    known = false;
    memory = null;
  }

  /** They were found out from the log. */
  void learn(AbortedRanges ranges) {
    known = true;
    memory = ranges;
    summarise(ranges);
  }

  private void summarise(AbortedRanges ranges) {
    count = ranges.size();
    firstOffset = ranges.firstOffset();
  }

  void truncateTo(long offset) {
    AbortedRanges ranges = memory;
    if (ranges != null) {
      ranges.truncateTo(offset);
      summarise(ranges);
    }
  }

  /** Writes the file where they are in memory. */
  void write(int logSize) throws IOException {
    AbortedRanges ranges = memory;
    if (ranges != null) {
      AbortedIndexFile.write(path, logSize, ranges);
    }
  }

  /** The file has them. */
  void letGoOfMemory() {
    memory = null;
  }

  /** Has them in memory again, unless the file is lost: then they are unknown. */
  void reopen(int logSize) throws IOException {
    AbortedRanges ranges = load(logSize);
    if (ranges == null) {
      forget();
    } else {
      memory = ranges;
    }
  }

  /**
   * Adds those that cover offsets of the range.
   *
   * @return false, and nothing is known or added, when the file is lost
   */
  boolean collect(long fromOffset, long endOffset, int logSize, List<AbortedRange> into)
      throws IOException {
    if (known && (count == 0 || firstOffset >= endOffset)) {
      return true;
    }
    AbortedRanges ranges = load(logSize);
    if (ranges == null) {
      forget();
      return false;
    }
    ranges.collect(fromOffset, endOffset, into);
    return true;
  }

  private @Nullable AbortedRanges load(int logSize) throws IOException {
    if (memory != null || !known) {
      return memory;
    }
    AbortedIndexFile file = AbortedIndexFile.open(path, logSize);
    return file == null ? null : file.load();
  }
}
