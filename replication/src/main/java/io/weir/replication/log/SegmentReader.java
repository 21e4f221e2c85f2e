package io.weir.replication.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds batches for reads. Reads of the newest batches are answered from memory; so is the place
 * where a reader that catches up goes on, from a few remembered ends of earlier reads. All else
 * goes by the index and the headers after it. Confined to the partition's loop.
 */
final class SegmentReader {
  private static final int HINTS = 8;

  private final TailRing tail = new TailRing();
  private final long[] hintOffsets = new long[HINTS];
  private final int[] hintPositions = new int[HINTS];
  private int hintsAdded;

  /** A batch was added to the active segment. */
  void added(long baseOffset, long nextOffset, int position, int sizeInBytes) {
    tail.add(baseOffset, nextOffset, position, sizeInBytes);
  }

  /** Another segment is active now. */
  void rolled() {
    tail.clear();
  }

  /** Sealed segments were replaced. */
  void rewritten() {
    hintsAdded = 0;
  }

  /** What was remembered is no longer true. */
  void truncated() {
    tail.clear();
    hintsAdded = 0;
  }

  /**
   * The batch that holds the offset.
   *
   * @param offset at least the segment's base and below its end
   */
  BatchLocation locate(LogSegment segment, boolean active, long offset, int indexIntervalBytes)
      throws IOException {
    BatchLocation newest = active ? tail.find(offset) : null;
    if (newest != null) {
      return newest;
    }
    int position = hint(offset);
    if (position < 0) {
      position = segment.floor(offset, Integer.MAX_VALUE, indexIntervalBytes).position();
    }
    for (HeaderScanner scanner = segment.scan(position); scanner.next(); ) {
      if (scanner.nextOffset() > offset) {
        return scanner.location();
      }
    }
    throw new LogFailure(
        "%s: offset %d is not where the index says".formatted(segment.files().log(), offset));
  }

  /**
   * Where a read that begins with the given batch ends: the last boundary between batches that is
   * neither past the offset nor past the position; null when not even that batch ends there.
   */
  @Nullable BatchStart endWithin(
      LogSegment segment,
      boolean active,
      BatchLocation first,
      long upperBoundOffset,
      long endLimit,
      int indexIntervalBytes)
      throws IOException {
    if (first.nextOffset() > upperBoundOffset || first.end() > endLimit) {
      return null;
    }
    if (segment.nextOffset() <= upperBoundOffset && segment.sizeInBytes() <= endLimit) {
      return new BatchStart(segment.nextOffset(), segment.sizeInBytes());
    }
    BatchStart newest = active ? tail.endWithin(upperBoundOffset, endLimit) : null;
    return newest != null
        ? newest
        : search(segment, first, upperBoundOffset, endLimit, indexIntervalBytes);
  }

  private BatchStart search(
      LogSegment segment,
      BatchLocation first,
      long upperBoundOffset,
      long endLimit,
      int indexIntervalBytes)
      throws IOException {
    int limit = (int) Math.min(endLimit, segment.sizeInBytes());
    BatchStart end = segment.floor(upperBoundOffset, limit, indexIntervalBytes);
    if (end.position() < first.end()) {
      end = new BatchStart(first.nextOffset(), first.end());
    }
    for (HeaderScanner scanner = segment.scan(end.position()); scanner.next(); ) {
      int position = scanner.position() + scanner.sizeInBytes();
      if (scanner.nextOffset() > upperBoundOffset || position > limit) {
        break;
      }
      end = new BatchStart(scanner.nextOffset(), position);
    }
    remember(end);
    return end;
  }

  private void remember(BatchStart start) {
    int slot = hintsAdded % HINTS;
    hintOffsets[slot] = start.baseOffset();
    hintPositions[slot] = start.position();
    hintsAdded++;
  }

  /** Where the batch with that base offset begins; -1 when that is not remembered. */
  private int hint(long offset) {
    for (int i = Math.min(hintsAdded, HINTS) - 1; i >= 0; i--) {
      if (hintOffsets[i] == offset) {
        return hintPositions[i];
      }
    }
    return -1;
  }
}
