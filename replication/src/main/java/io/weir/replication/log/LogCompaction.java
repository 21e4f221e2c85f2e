package io.weir.replication.log;

import io.weir.replication.compaction.core.CompactionPlan;
import io.weir.replication.compaction.core.SegmentFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log's side of its compaction: says what there is to do, hands out the files, and puts what a
 * cleaner wrote in their place. Confined to the partition's loop.
 *
 * <pre>
 *   idle --begin--> handed out --commit--> swap under way --swap--> handed out --end--> idle
 *                      |                        |
 *                      +--truncated, closed-----+--> stale: the swap is completed, nothing more is taken
 * </pre>
 *
 * <p>Invariants: at most one task counts; a swap under way is completed before anything else
 * changes segments; {@code compactedTo} is never after the log's end, on disk neither.
 */
public final class LogCompaction {
  private final PartitionLog log;
  private final LogFolder folder;
  private CompactionMark mark;
  private @Nullable CompactionTask task;
  private @Nullable CleanedSegment committed;

  LogCompaction(PartitionLog log, LogFolder folder, CompactionMark mark) {
    this.log = log;
    this.folder = folder;
    this.mark = mark;
  }

  /** All before this offset is compacted. */
  public long compactedTo() {
    return mark.compactedTo();
  }

  /** What is left when the log is cut below this offset lacks records that would still count. */
  public long restsOn() {
    return mark.restsOn();
  }

  private void note(CompactionMark now) throws IOException {
    if (!now.equals(mark)) {
      folder.writeCompaction(now);
      mark = now;
    }
  }

  /**
   * What there is to compact, whether it is worth it yet or not.
   *
   * @param highWatermark nothing at or past the last stable offset under it is touched
   * @return null when there is nothing, or a pass is under way
   */
  public @Nullable CompactionPlan plan(long highWatermark, long nowMs) {
    log.ensureUsable();
    if (task != null || !log.config().cleanup().compacts()) {
      return null;
    }
    return CompactionPlan.of(
        facts(),
        Math.max(mark.compactedTo(), log.logStartOffset()),
        Math.min(log.producerStates().stableBelow(highWatermark), log.recoveryPoint()),
        log.config().cleanup(),
        nowMs);
  }

  private List<SegmentFacts> facts() {
    List<LogSegment> segments = log.segments();
    List<SegmentFacts> sealed = new ArrayList<>(segments.size());
    for (LogSegment segment : segments.subList(0, segments.size() - 1)) {
      sealed.add(segment.facts());
    }
    return sealed;
  }

  /** Hands out what a pass needs; null when there is nothing to do. The receiver closes it. */
  public @Nullable CompactionTask begin(long highWatermark, long nowMs) {
    CompactionPlan plan = plan(highWatermark, nowMs);
    if (plan == null) {
      return null;
    }
    try {
      // Transactions that begin in what is compacted may have their markers up to there.
      note(new CompactionMark(mark.compactedTo(), Math.max(mark.restsOn(), highWatermark)));
    } catch (IOException e) {
      throw log.fail("cannot note what its compaction rests on", e);
    }
    List<LogSegment> sources = new ArrayList<>();
    for (LogSegment segment : log.segments()) {
      if (segment.nextOffset() <= plan.endOffset()) {
        sources.add(segment);
      }
    }
    List<AbortedRange> aborted = log.abortedTransactions(log.logStartOffset(), plan.endOffset());
    try {
      CompactionTask begun =
          new CompactionTask(
              plan,
              log.config(),
              log.sealer(),
              folder,
              sources,
              aborted,
              log.producerStates().holds());
      task = begun;
      return begun;
    } catch (IOException e) {
      throw log.fail("cannot open what is to be compacted", e);
    }
  }

  /**
   * Makes it final that a segment takes the place of its sources.
   *
   * @return false, and nothing is done, when they are not part of the log any more
   * @throws LogFailure when it is not known whether that is final now
   */
  public boolean commit(CleanedSegment cleaned) {
    if (log.isClosed() || cleaned.task() != task || cleaned.task().isStale()) {
      return false;
    }
    log.ensureUsable();
    if (committed != null) {
      throw new IllegalStateException("a swap is under way");
    }
    int first = log.segments().indexOf(cleaned.sources().getFirst());
    int end = first + cleaned.sources().size();
    if (first < 0
        || end >= log.segments().size()
        || !log.segments().subList(first, end).equals(cleaned.sources())) {
      return false;
    }
    try {
      swapOf(cleaned).commit();
    } catch (IOException e) {
      throw log.fail("cannot commit a compacted segment", e);
    }
    committed = cleaned;
    return true;
  }

  private static SegmentSwap swapOf(CleanedSegment cleaned) {
    return new SegmentSwap(cleaned.segment().files(), cleaned.segment().nextOffset());
  }

  /** Completes what {@link #commit} has made final, unless that was done meanwhile. */
  public void swap(CleanedSegment cleaned) {
    if (committed == cleaned && !log.isClosed()) {
      log.ensureUsable();
      try {
        complete(cleaned);
      } catch (IOException e) {
        throw log.fail("cannot swap in a compacted segment", e);
      }
    }
  }

  private void complete(CleanedSegment cleaned) throws IOException {
    committed = null;
    log.replace(cleaned.sources(), cleaned.segment(), swapOf(cleaned));
  }

  /** The pass is over; {@code upTo} is how far the log is compacted now, -1 for no further. */
  public void end(CompactionTask ended, long upTo) {
    if (ended != task) {
      return;
    }
    task = null;
    if (upTo <= mark.compactedTo() || ended.isStale() || log.isClosed()) {
      return;
    }
    log.ensureUsable();
    try {
      note(new CompactionMark(upTo, mark.restsOn()));
    } catch (IOException e) {
      throw log.fail("cannot note how far it is compacted", e);
    }
  }

  /** Segments are about to go or to be cut: what is final is completed before. */
  void settle() throws IOException {
    CleanedSegment cleaned = committed;
    if (cleaned != null) {
      folder.force();
      complete(cleaned);
    }
  }

  /** The log is about to be cut off at that offset, which is not below {@link #restsOn}. */
  void truncating(long offset) throws IOException {
    settle();
    abandon();
    note(mark.endingAt(offset));
  }

  /** The log is about to begin anew, without records. */
  void startingOver() throws IOException {
    settle();
    abandon();
    note(CompactionMark.NONE);
  }

  /** The log is closed or begins anew: nothing of a pass under way counts any more. */
  void abandon() {
    if (task != null) {
      task.markStale();
      task = null;
    }
  }

  /** The log lets go of its files; what is left undone the next start does. */
  void letGo() {
    abandon();
    if (committed != null) {
      committed.segment().close();
      committed = null;
    }
  }
}
