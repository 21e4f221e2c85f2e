package io.weir.replication.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds out what a log's producers had done as of an offset: from the newest snapshot before it,
 * and the batches since. On the way it tells segments that have lost their aborted transactions
 * which those are. Stateless.
 */
final class ProducerReplay {
  private ProducerReplay() {}

  /**
   * @param logEndOffset where all the segments end; snapshots after it are gone
   */
  static ProducerStates at(LogFolder folder, List<LogSegment> segments, long logEndOffset)
      throws IOException {
    long needed = logEndOffset;
    for (LogSegment segment : segments) {
      if (!segment.knowsAborted()) {
        needed = Math.min(needed, segment.baseOffset());
      }
    }
    ProducerStates states = new ProducerStates();
    long from = restore(states, folder, needed);
    for (LogSegment segment : segments) {
      if (segment.nextOffset() > from || !segment.knowsAborted()) {
        replay(states, segment, from);
      }
    }
    return states;
  }

  /** The offset that the states are true of. */
  private static long restore(ProducerStates states, LogFolder folder, long notAfter)
      throws IOException {
    for (long offset : folder.snapshots()) {
      ByteBuffer snapshot = offset > notAfter ? null : folder.readSnapshot(offset);
      if (snapshot != null && states.restore(snapshot)) {
        return offset;
      }
    }
    return 0;
  }

  private static void replay(ProducerStates states, LogSegment segment, long from)
      throws IOException {
    AbortedRanges found = new AbortedRanges();
    for (HeaderScanner scanner = segment.scan(0); scanner.next(); ) {
      if (scanner.baseOffset() >= from) {
        AbortedRange aborted = states.append(scanner.buffer(), scanner.index());
        if (aborted != null) {
          found.add(aborted);
        }
      }
    }
    if (!segment.knowsAborted()) {
      segment.learnAborted(found);
    }
  }
}
