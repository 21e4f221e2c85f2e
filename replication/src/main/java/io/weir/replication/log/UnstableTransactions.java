package io.weir.replication.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;

/**
 * The transactions that keep a log's last stable offset back: those that are open, and those whose
 * markers the high watermark has not passed, so that a new leader might not have them. Pure;
 * confined to the partition's loop.
 *
 * <pre>
 *   (none) --first record--> open --marker--> ended --high watermark passes the marker--> (none)
 * </pre>
 */
final class UnstableTransactions {
  /** A transaction that has its marker. */
  record Ended(long firstOffset, long markerOffset) {}

  /** No two transactions begin at the same offset. */
  private final TreeSet<Long> firstOffsets = new TreeSet<>();

  /** In the order of their markers. */
  private final Deque<Ended> ended = new ArrayDeque<>();

  void begin(long firstOffset) {
    firstOffsets.add(firstOffset);
  }

  void end(long firstOffset, long markerOffset) {
    firstOffsets.add(firstOffset);
    ended.add(new Ended(firstOffset, markerOffset));
  }

  /**
   * The last stable offset under a high watermark. What is decided below it is forgotten, so the
   * high watermark must not go back after this, unless all is found out anew from the log.
   */
  long stableBelow(long highWatermark) {
    while (!ended.isEmpty() && ended.element().markerOffset() < highWatermark) {
      firstOffsets.remove(ended.remove().firstOffset());
    }
    return firstOffsets.isEmpty() ? highWatermark : Math.min(highWatermark, firstOffsets.first());
  }

  List<Ended> ended() {
    return new ArrayList<>(ended);
  }

  void clear() {
    firstOffsets.clear();
    ended.clear();
  }
}
