package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one partition replica: batches in segments, from {@link #logStartOffset} (inclusive)
 * to {@link #logEndOffset} (exclusive), without gaps.
 *
 * <p>Confined to the partition's loop, whoever opened it; {@link
 * io.weir.protocol.record.FileRecords} that reads give may be used and released on any thread. The
 * loop's thread must not be interrupted: that would close the files.
 *
 * <pre>
 *   open --stage, write, read, truncate...--> open
 *   open --there is no room for a write--> open, as before it    ({@link DiskFullException})
 *   open --a write or the background flush fails--> failed    (refuses everything with {@link LogFailure})
 *   open, failed --close, delete--> closed
 * </pre>
 *
 * <p>Invariants: {@code logStartOffset <= logEndOffset <= nextOffset}; the last segment alone takes
 * writes; nothing is visible to reads before {@link #write} has returned. A batch that was written
 * is in the page cache, so it outlives the process; {@link #flush} puts it on disk.
 */
public final class PartitionLog {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

  private final LogFolder folder;
  private final Executor background;
  private final List<LogSegment> segments;
  private final LeaderEpochs epochs;
  private final SegmentSealer sealer;
  private final SegmentReader reader = new SegmentReader();
  private final TimeSearch times;
  private final StagedBatches staged = new StagedBatches();
  private final WriteRun run = new WriteRun();
  private final SegmentRoll roll;
  private final LogCompaction compaction;
  private final LogDurability durability;

  /** Transactions that staged markers abort. */
  private final Deque<AbortedRange> stagedAborts = new ArrayDeque<>();

  /** A segment that takes no more batches, and the epochs up to its end. */
  private record Full(LogSegment segment, LeaderEpochs epochs) {}

  /** Segments that were full in this round, which are sealed once the round is written. */
  private final List<Full> sealed = new ArrayList<>();

  private LogConfig config;
  private ProducerStates producers;
  private LogSegment active;
  private long logStartOffset;
  private long logEndOffset;
  private @Nullable LogFailure failure;
  private boolean closed;

  private PartitionLog(
      LogOpener.Opened opened, LogConfig config, Executor background, @Nullable Journal journal) {
    this.folder = opened.folder();
    this.config = config;
    this.background = background;
    this.segments = opened.segments();
    this.active = segments.getLast();
    this.epochs = opened.epochs();
    this.producers = opened.producers();
    this.logStartOffset = opened.logStartOffset();
    this.logEndOffset = active.nextOffset();
    staged.follow(logEndOffset, epochs.latestEpoch());
    this.sealer = new SegmentSealer(folder, background, opened.recoveryPoint());
    this.times = new TimeSearch(segments);
    this.roll = new SegmentRoll(name());
    this.compaction = new LogCompaction(this, folder, opened.compaction());
    this.durability = new LogDurability(this, sealer, name(), journal);
  }

  /**
   * Opens the log in a folder, which is made where it is not there yet.
   *
   * @param afterCleanStop whether all logs of the directory were closed; if not, what may be
   *     damaged is read and checked
   * @param background runs what waits for the disk: segments that are full, files that go
   * @throws LogFailure when the files cannot be read
   */
  public static PartitionLog open(
      Path folder, LogConfig config, boolean afterCleanStop, Executor background) {
    return open(folder, config, afterCleanStop, background, null);
  }

  /**
   * The same, with the journal of its directory, which it uses once it has a {@linkplain #flushedBy
   * loop} and its settings ask for it.
   */
  static PartitionLog open(
      Path folder,
      LogConfig config,
      boolean afterCleanStop,
      Executor background,
      @Nullable Journal journal) {
    try {
      return new PartitionLog(
          LogOpener.open(folder, config, afterCleanStop), config, background, journal);
    } catch (IOException e) {
      throw new LogFailure(folder + ": cannot be opened: " + e, e);
    }
  }

  /** Settings as they are from now on. */
  public void configure(LogConfig newConfig) {
    config = newConfig;
    durability.configured();
  }

  /**
   * Gives the log its loop: from now on appends get to disk as the settings ask.
   *
   * @param loop runs work on the loop, from any thread; a {@link LogFailure} of the work means that
   *     the log has failed
   * @param whenFlushed runs on the loop when {@link #flushedEndOffset} has moved up
   */
  public void flushedBy(Consumer<Runnable> loop, Runnable whenFlushed) {
    durability.attach(loop, whenFlushed);
  }

  /**
   * All before this offset is on disk, and found again after any crash; where acknowledgements do
   * not wait for that, 0.
   */
  public long flushedEndOffset() {
    return durability.flushedEndOffset();
  }

  /** Whether nothing in the journal would be replayed onto this log. */
  boolean mayBeCutUnjournaled() {
    return !durability.hasToSettle();
  }

  /** Puts the log on disk in the background where flush.ms says that it is time. */
  public void flushIfDue(long nowMs) {
    ensureUsable();
    durability.flushIfDue(nowMs);
  }

  /** Its compaction, as far as the log has a part in it. */
  public LogCompaction compaction() {
    return compaction;
  }

  public LogConfig config() {
    return config;
  }

  /** First offset that is kept. */
  public long logStartOffset() {
    return logStartOffset;
  }

  /** The offset after the last one that was written. */
  public long logEndOffset() {
    return logEndOffset;
  }

  /** The offset after the last one that was staged or written: where the next batch begins. */
  public long nextOffset() {
    return staged.nextOffset();
  }

  /** All before this offset is on disk. */
  public long recoveryPoint() {
    return sealer.recoveryPoint();
  }

  /** Bytes of all segments. */
  public long sizeInBytes() {
    long size = 0;
    for (LogSegment segment : segments) {
      size += segment.sizeInBytes();
    }
    return size;
  }

  public int segmentCount() {
    return segments.size();
  }

  /** -1 when the log has none. */
  public int latestEpoch() {
    return epochs.latestEpoch();
  }

  /** The largest leader epoch that is not after the asked one, and where it ended. */
  public EpochEnd endOffsetOf(int leaderEpoch) {
    return epochs.endOffsetOf(leaderEpoch, logEndOffset);
  }

  /** The leader epoch of the batch at that offset; -1 when unknown. */
  public int epochAt(long offset) {
    return epochs.epochAt(offset);
  }

  /**
   * This replica leads from its log's end on. The epoch counts as begun there at once, so that
   * {@link #endOffsetOf} an older one stands still; it reaches the disk with the batches that
   * follow, and a crash before the first of them forgets it, which does no harm as nothing is of
   * that epoch.
   */
  public void startEpoch(int leaderEpoch) {
    ensureUsable();
    epochs.begin(leaderEpoch, staged.nextOffset());
    staged.raiseEpoch(leaderEpoch);
  }

  /** What is known of idempotent producers, staged batches included. */
  public ProducerStates producerStates() {
    return producers;
  }

  /**
   * Takes over whole batches that have their offsets and leader epoch, to be written by the next
   * {@link #write}. The producers' states take note of them at once.
   *
   * @param batches all readable bytes; the log releases it, also when it refuses it
   * @return {@link #nextOffset} after them
   * @throws IllegalArgumentException when they do not begin at {@link #nextOffset}, or go back in
   *     epochs: a mistake of the caller
   */
  public long stage(ByteBuf batches) {
    boolean taken = false;
    try {
      ensureUsable();
      staged.add(batches);
      taken = true;
    } finally {
      if (!taken) {
        batches.release();
      }
    }
    note(batches);
    return staged.nextOffset();
  }

  private void note(ByteBuf batches) {
    int end = batches.writerIndex();
    for (int index = batches.readerIndex();
        index < end;
        index += BatchHeader.sizeInBytes(batches, index)) {
      AbortedRange aborted = producers.append(batches, index);
      if (aborted != null) {
        stagedAborts.add(aborted);
      }
    }
  }

  /**
   * Writes all that is staged, with one call to the system where it goes into one segment, and
   * makes it visible.
   *
   * @throws DiskFullException when there is no room: nothing of it was written, and the log is as
   *     it was before it was staged
   * @throws LogFailure when not all of it could be written: nothing of it counts, and the log is of
   *     no more use
   */
  public void write() {
    ensureUsable();
    if (staged.count() == 0) {
      return;
    }
    boolean rolled = false;
    LogTail before = new LogTail(active, active.sizeInBytes(), epochs.latestEpoch());
    try {
      for (int i = 0; i < staged.count(); i++) {
        rolled |= lay(staged.buffer(i));
      }
      run.writeTo(active.channel());
      logEndOffset = staged.nextOffset();
      durability.written(staged);
    } catch (IOException | RuntimeException e) {
      releaseStaged();
      throw DiskFull.is(e) ? noRoom(before, e) : fail("cannot write", e);
    } finally {
      releaseStaged();
    }
    if (rolled) {
      sealRolled();
      sealer.snapshot(logEndOffset, producers.snapshot());
      sealer.start();
    }
  }

  /** The segments that were full may be put on disk. */
  private void sealRolled() {
    sealed.forEach(full -> sealer.seal(full.segment(), full.epochs()));
    sealed.clear();
  }

  /**
   * Takes back what of a round was written. Nothing but the segments' own files knows of it yet, so
   * that this needs no room either.
   */
  private RuntimeException noRoom(LogTail before, Exception cause) {
    try {
      LogSegment last = before.segment();
      sealed.clear();
      while (segments.getLast() != last) {
        discard(segments.removeLast());
      }
      active = last;
      last.truncateTo(before.position(), logEndOffset);
      sealer.cut();
      epochs.truncateTo(logEndOffset);
      epochs.begin(before.latestEpoch(), logEndOffset);
      ended(logEndOffset);
      producers = ProducerReplay.at(folder, segments, logEndOffset);
      return new DiskFullException(name() + ": no room: " + cause, cause);
    } catch (IOException | RuntimeException e) {
      e.addSuppressed(cause);
      return fail("cannot take back what found no room", e);
    }
  }

  /**
   * Adds a buffer's batches to the run that is to be written; true when that took another segment.
   */
  private boolean lay(ByteBuf batches) throws IOException {
    boolean rolled = false;
    int end = batches.writerIndex();
    int start = batches.readerIndex();
    for (int index = start; index < end; ) {
      if (roll.isDue(active, batches, index, config)) {
        run.add(batches, start, index);
        run.writeTo(active.channel());
        roll();
        rolled = true;
        start = index;
      }
      int size = BatchHeader.sizeInBytes(batches, index);
      long baseOffset = BatchHeader.baseOffset(batches, index);
      epochs.begin(BatchHeader.partitionLeaderEpoch(batches, index), baseOffset);
      reader.added(baseOffset, BatchHeader.nextOffset(batches, index), active.sizeInBytes(), size);
      active.add(batches, index, config.indexIntervalBytes());
      if (!stagedAborts.isEmpty() && stagedAborts.element().lastOffset() == baseOffset) {
        active.addAborted(stagedAborts.remove());
      }
      index += size;
    }
    run.add(batches, start, end);
    return rolled;
  }

  private void releaseStaged() {
    staged.release();
    stagedAborts.clear();
    run.clear();
  }

  /** Begins a new segment at the active one's end. */
  private void roll() throws IOException {
    LogSegment next = LogSegment.create(new SegmentFiles(folder.path(), active.nextOffset()));
    sealed.add(new Full(active, epochs.copy()));
    segments.add(next);
    active = next;
    reader.rolled();
  }

  /**
   * Reads whole batches from one segment.
   *
   * @param offset where to begin: with the batch that holds it
   * @param maxBytes bytes of all batches together
   * @param upperBoundOffset no batch that reaches past it is given
   * @param atLeastOneBatch give the first batch even if it alone is larger than {@code maxBytes}
   */
  public LogRead read(long offset, int maxBytes, long upperBoundOffset, boolean atLeastOneBatch) {
    ensureUsable();
    if (offset < logStartOffset || offset > logEndOffset) {
      return LogRead.OUT_OF_RANGE;
    }
    long bound = Math.min(upperBoundOffset, logEndOffset);
    if (offset >= bound) {
      return LogRead.EMPTY;
    }
    try {
      return read(segmentOf(offset), offset, maxBytes, bound, atLeastOneBatch);
    } catch (IOException e) {
      throw fail("cannot read", e);
    }
  }

  private LogRead read(
      LogSegment segment, long offset, int maxBytes, long bound, boolean atLeastOneBatch)
      throws IOException {
    boolean isActive = segment == active;
    int interval = config.indexIntervalBytes();
    BatchLocation first = reader.locate(segment, isActive, offset, interval);
    if (first.nextOffset() > bound) {
      return LogRead.EMPTY;
    }
    BatchStart end =
        reader.endWithin(
            segment, isActive, first, bound, first.position() + (long) maxBytes, interval);
    if (end == null) {
      if (!atLeastOneBatch) {
        return LogRead.EMPTY;
      }
      end = new BatchStart(first.nextOffset(), first.end());
    }
    return new LogRead.Slice(
        segment.slice(first.position(), end.position()), first.baseOffset(), end.baseOffset());
  }

  /**
   * The aborted transactions that cover any offset of a range, by first offset.
   *
   * @param endOffset exclusive; no transaction that begins before it is undecided
   */
  public List<AbortedRange> abortedTransactions(long fromOffset, long endOffset) {
    ensureUsable();
    try {
      List<AbortedRange> found = new ArrayList<>();
      for (int i = indexOf(fromOffset); i < segments.size(); i++) {
        LogSegment segment = segments.get(i);
        if (!segment.collectAborted(fromOffset, endOffset, found)) {
          ProducerReplay.at(folder, segments, logEndOffset);
          segment.collectAborted(fromOffset, endOffset, found);
        }
      }
      found.sort(Comparator.comparingLong(AbortedRange::firstOffset));
      return found;
    } catch (IOException e) {
      throw fail("cannot find aborted transactions", e);
    }
  }

  private LogSegment segmentOf(long offset) {
    return offset >= active.baseOffset() ? active : segments.get(indexOf(offset));
  }

  /** Index of the last segment that begins at the offset or before it. */
  private int indexOf(long offset) {
    int low = 0;
    int high = segments.size();
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (segments.get(middle).baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Cuts the log off, so that it ends at the offset; if that lies inside a batch, before that
   * batch; if it lies in what {@linkplain LogCompaction#restsOn compaction rests on}, nothing is
   * left, as older values of keys are not there any more. Producers and epochs forget what was cut.
   * Readers of what is cut may see bytes of later batches, so only what nobody but followers may
   * read is to be cut.
   *
   * @throws IllegalStateException when something is staged
   */
  public void truncateTo(long offset) {
    ensureUsable();
    ensureNothingStaged();
    if (offset >= logEndOffset) {
      // An epoch that began at the end has no batch, and the next leader may send older ones there.
      epochs.truncateTo(logEndOffset);
      staged.follow(logEndOffset, epochs.latestEpoch());
      return;
    }
    if (offset < logStartOffset) {
      truncateFullyAndStartAt(offset);
      return;
    }
    try {
      truncate(offset);
    } catch (IOException e) {
      throw fail("cannot truncate", e);
    }
  }

  private void truncate(long offset) throws IOException {
    compaction.settle();
    LogSegment last = segmentOf(offset);
    BatchLocation cut = reader.locate(last, last == active, offset, config.indexIntervalBytes());
    long end = cut.baseOffset();
    if (end < logStartOffset) {
      truncateFullyAndStartAt(end);
      return;
    }
    if (end < compaction.restsOn()) {
      // What is left may lack what only records or markers after it have made void.
      truncateFullyAndStartAt(logStartOffset);
      return;
    }
    compaction.truncating(end);
    epochs.truncateTo(end);
    sealer.truncate(end, epochs);
    while (segments.getLast() != last) {
      discard(segments.removeLast());
    }
    cutOff(last, cut.position(), end);
    ended(end);
    durability.truncated(end);
    producers = ProducerReplay.at(folder, segments, end);
  }

  /**
   * Batches that follow go to another file, so that in no file are there new bytes where old ones
   * were: a power cut could bring those back, and with them batches that fit. The new name comes
   * first, as it tells the next start where the segment ends.
   */
  private void cutOff(LogSegment last, int position, long end) throws IOException {
    if (position == 0) {
      discard(segments.removeLast());
      active = LogSegment.create(new SegmentFiles(folder.path(), end));
    } else {
      LogSegment next = LogSegment.create(new SegmentFiles(folder.path(), end));
      if (last != active) {
        last.reopen(config.indexIntervalBytes());
      }
      last.truncateTo(position, end);
      sealer.seal(last, epochs.copy());
      sealer.start();
      active = next;
    }
    segments.add(active);
    sealer.cut();
  }

  private void ended(long offset) {
    reader.truncated();
    logEndOffset = offset;
    staged.follow(offset, epochs.latestEpoch());
  }

  /**
   * Gives up all there is and goes on with an empty log at the offset.
   *
   * @throws IllegalStateException when something is staged
   */
  public void truncateFullyAndStartAt(long offset) {
    ensureUsable();
    ensureNothingStaged();
    try {
      compaction.startingOver();
      epochs.clear();
      sealer.truncate(-1, epochs);
      while (!segments.isEmpty()) {
        discard(segments.removeLast());
      }
      folder.removeLogStartOffset();
      sealer.restartAt(offset);
      active = LogSegment.create(new SegmentFiles(folder.path(), offset));
      segments.add(active);
      producers = new ProducerStates();
      logStartOffset = offset;
      ended(offset);
      durability.startedOver(offset);
    } catch (IOException e) {
      throw fail("cannot start again", e);
    }
  }

  /**
   * Gives up what is before the offset. Segments that end there go; what is left of a segment
   * before it is no longer read. That outlives the process at once, and the machine's loss of power
   * once the background has put it on disk.
   *
   * @param offset at most {@link #logEndOffset}; nothing happens when the log starts there or later
   */
  public void advanceLogStart(long offset) {
    ensureUsable();
    ensureNothingStaged();
    if (offset <= logStartOffset) {
      return;
    }
    if (offset > logEndOffset) {
      throw new IllegalArgumentException(
          "%s: cannot start at %d, it ends at %d".formatted(name(), offset, logEndOffset));
    }
    try {
      startAt(offset);
      inBackground(folder::forceLogStartOffset);
    } catch (IOException e) {
      throw fail("cannot advance its start", e);
    }
  }

  /**
   * Retention, where the topic wants it: gives up the oldest segments as far as they are too old or
   * too many, and below the high watermark.
   *
   * @return how many segments went
   */
  public int deleteOldSegments(long highWatermark, long nowMs) {
    ensureUsable();
    ensureNothingStaged();
    int before = segments.size();
    if (!config.cleanup().deletes()) {
      return 0;
    }
    try {
      long offset = Retention.endOfExpired(segments, config, highWatermark, nowMs);
      if (offset <= active.baseOffset() && offset <= segments.getFirst().baseOffset()) {
        return 0;
      }
      boolean all = offset > active.baseOffset();
      startAt(Math.max(offset, logStartOffset));
      return before - segments.size() + (all ? 1 : 0);
    } catch (IOException e) {
      throw fail("cannot delete old segments", e);
    }
  }

  private void startAt(long offset) throws IOException {
    compaction.settle();
    if (offset == active.nextOffset() && active.sizeInBytes() > 0) {
      roll();
      sealRolled();
      sealer.start();
    }
    noteStart(offset);
    while (segments.size() > 1
        && segments.get(1).baseOffset() <= offset
        && mayGo(segments.get(1).baseOffset())) {
      discard(segments.removeFirst());
    }
    logStartOffset = offset;
    epochs.truncateFrom(offset);
    inBackground(() -> folder.removeSnapshotsBefore(offset));
  }

  /**
   * On record before the files go: they may all come back when the machine loses power. Where a
   * segment begins there and the disk is full, it goes without saying: what makes room must not
   * need any, and what may come back goes again.
   */
  private void noteStart(long offset) throws IOException {
    try {
      folder.writeLogStartOffset(offset);
    } catch (IOException e) {
      if (!DiskFull.is(e) || segments.get(indexOf(offset)).baseOffset() != offset) {
        throw e;
      }
      LOG.warn("{}: no room to note its start, offset {}", name(), offset);
    }
  }

  /**
   * Where the journal has to find the log again, segments stay until those after them are on disk
   * by name.
   */
  private boolean mayGo(long segmentEnd) {
    return !durability.hasToSettle() || segmentEnd <= sealer.recoveryPoint();
  }

  private void discard(LogSegment segment) throws IOException {
    segment.markDeleted();
    segment.files().renameDeleted();
    segment.close();
    SegmentFiles files = segment.files();
    inBackground(files::removeDeleted, afterDelay(config.fileDeleteDelayMs()));
  }

  /**
   * A compacted segment takes the place of its sources. Its file gets its name once those of the
   * sources are out of the way.
   */
  void replace(List<LogSegment> sources, LogSegment compacted, SegmentSwap swap)
      throws IOException {
    int first = segments.indexOf(sources.getFirst());
    List<LogSegment> place = segments.subList(first, first + sources.size());
    for (LogSegment source : place) {
      discard(source);
    }
    swap.complete();
    place.clear();
    segments.add(first, compacted);
    reader.rewritten();
    sealer.rewritten(compacted);
    sealer.start();
  }

  /** By base offset; the last takes writes. */
  List<LogSegment> segments() {
    return segments;
  }

  /** Those that are not known to be on disk; at least the last. */
  List<LogSegment> unforcedSegments() {
    return segments.stream()
        .filter(segment ->
            segment.baseOffset() == active.baseOffset()
                || segment.nextOffset() > sealer.recoveryPoint())
        .toList();
  }

  SegmentSealer sealer() {
    return sealer;
  }

  boolean isClosed() {
    return closed;
  }

  @FunctionalInterface
  private interface FileWork {
    void run() throws IOException;
  }

  /** For what may fail without harm: the next start does it again. */
  private void inBackground(FileWork work) {
    inBackground(work, background);
  }

  /** What is not run any more before the node stops is for the next start. */
  private Executor afterDelay(long ms) {
    return ms == 0
        ? background
        : CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS, background);
  }

  private void inBackground(FileWork work, Executor when) {
    when.execute(() -> {
      try {
        work.run();
      } catch (IOException e) {
        LOG.warn("{}: files that are not needed could not be removed", name(), e);
      }
    });
  }

  /** The first record that has that timestamp or a later one, and is below the bound. */
  public OffsetAtTime offsetForTimestamp(long timestampMs, long upperBoundOffset) {
    ensureUsable();
    try {
      return times.firstAtOrAfter(
          timestampMs, logStartOffset, Math.min(upperBoundOffset, logEndOffset), config);
    } catch (IOException e) {
      throw fail("cannot search by time", e);
    }
  }

  /** The first of the records with the largest timestamp below the bound. */
  public OffsetAtTime maxTimestamp(long upperBoundOffset) {
    ensureUsable();
    try {
      return times.latestTimestamp(
          logStartOffset, Math.min(upperBoundOffset, logEndOffset), config);
    } catch (IOException e) {
      throw fail("cannot search by time", e);
    }
  }

  /** Where the log starts. */
  public OffsetAtTime earliest() {
    return new OffsetAtTime(logStartOffset, BatchHeader.NO_TIMESTAMP, epochAt(logStartOffset));
  }

  /**
   * Puts all that was written on disk; waits for it.
   *
   * @throws LogFailure when that fails: what is on disk is not known any more
   */
  public void flush() {
    ensureUsable();
    try {
      sealer.flush(active, epochs);
    } catch (IOException e) {
      throw fail("cannot flush", e);
    }
  }

  /** Puts all of the log, with the names of its files, on disk; waits for it. */
  void settle() throws IOException {
    List<LogSegment> unforced = unforcedSegments();
    flush();
    sealer.settleNow(unforced);
  }

  /**
   * Closes the log so that the next start need not read it, provided that the directory's
   * clean-stop mark is set after all logs were closed. What is staged is dropped. A log that has
   * failed just lets go of its files, and throws: no mark may be set then.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    releaseStaged();
    try {
      ensureHealthy();
      compaction.settle();
      producersAreThoseOfTheLog();
      if (durability.hasToSettle()) {
        sealer.settleNow(unforcedSegments());
      }
      sealer.close(active, epochs, producers.snapshot());
      durability.closed();
    } catch (IOException e) {
      throw fail("cannot close", e);
    } finally {
      letGo();
    }
  }

  /**
   * What was staged and dropped is not in the log, so its producers' states are to be found out
   * again.
   */
  private void producersAreThoseOfTheLog() throws IOException {
    if (staged.nextOffset() != logEndOffset) {
      staged.follow(logEndOffset, epochs.latestEpoch());
      producers = ProducerReplay.at(folder, segments, logEndOffset);
    }
  }

  /** Takes the folder out of the directory at once, and removes its files in the background. */
  public void delete() {
    closed = true;
    releaseStaged();
    sealer.abandon();
    durability.deleted();
    letGo();
    try {
      Path doomed = DoomedFolder.rename(folder.path());
      background.execute(() -> DoomedFolder.removeQuietly(doomed));
    } catch (IOException e) {
      throw fail("cannot delete its folder", e);
    }
  }

  private void letGo() {
    durability.abandoned();
    compaction.letGo();
    sealer.abandon();
    segments.forEach(LogSegment::close);
    segments.clear();
  }

  private void ensureNothingStaged() {
    if (staged.count() > 0) {
      throw new IllegalStateException(name() + ": staged batches are to be written first");
    }
  }

  void ensureUsable() {
    if (closed) {
      throw new IllegalStateException(name() + ": the log is closed");
    }
    ensureHealthy();
  }

  private void ensureHealthy() {
    IOException inBackground = sealer.failure();
    if (failure == null && inBackground != null) {
      fail("cannot put a segment on disk", inBackground);
    }
    Throwable ofJournal = durability.failure();
    if (failure == null && ofJournal != null) {
      fail("the journal of its directory failed", new IOException(ofJournal));
    }
    if (failure != null) {
      throw new LogFailure(String.valueOf(failure.getMessage()), failure);
    }
  }

  LogFailure fail(String what, Exception cause) {
    LogFailure now =
        new LogFailure(
            "%s: %s: %s".formatted(name(), what, cause),
            cause,
            cause instanceof UnflushedException);
    failure = now;
    return now;
  }

  private String name() {
    return String.valueOf(folder.path().getFileName());
  }

  @Override
  public String toString() {
    return "PartitionLog[%s, %d to %d]".formatted(name(), logStartOffset, logEndOffset);
  }
}
