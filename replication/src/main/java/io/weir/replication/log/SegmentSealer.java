package io.weir.replication.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts sealed segments on disk, writes their index files, and moves the recovery point up after
 * that: in the background, so that the partition's loop never waits for the disk when a segment is
 * full.
 *
 * <p>A full disk is no failure: what finds no room stays in its place and is tried again with what
 * follows. A segment that cannot be put on disk is one, for good ({@link UnflushedException}).
 *
 * <p>Thread-safe. Sealing only enqueues. The lock guards the folder's checkpoints and snapshots:
 * whoever works on them holds it, so the loop waits for work under way when it truncates, flushes
 * or closes, and no work of before lands after. The recovery point only moves over segments in
 * their order, and never again once one of them could not be put on disk.
 */
final class SegmentSealer {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentSealer.class);

  /** Something to be put on disk, which is true of the log up to an offset. */
  private sealed interface Work {
    long upTo();

    /** Lets go of what it holds: it is done, or it will not be. */
    default void release() {}
  }

  private record Sealed(LogSegment segment, LeaderEpochs epochs) implements Work {
    @Override
    public long upTo() {
      return segment.nextOffset();
    }

    @Override
    public void release() {
      segment.release();
    }
  }

  private record Snapshot(long upTo, ByteBuffer content) implements Work {}

  /** A segment that took the place of others and is on disk already, but for its index. */
  private record Rewritten(LogSegment segment) implements Work {
    @Override
    public long upTo() {
      return segment.nextOffset();
    }

    @Override
    public void release() {
      segment.release();
    }
  }

  /**
   * The log's files and their names are to be on disk.
   *
   * @param isNew whether the folder's own name is not known to be
   * @param done hears whether they are
   */
  private record Settle(
      List<LogSegment> segments, long upTo, boolean isNew, Consumer<@Nullable IOException> done)
      implements Work {
    @Override
    public void release() {
      segments.forEach(LogSegment::release);
    }
  }

  private final LogFolder folder;
  private final Executor background;
  private final Queue<Work> pending = new ConcurrentLinkedQueue<>();
  private final Object lock = new Object();
  private volatile @Nullable IOException failure;
  private volatile long recoveryPoint;
  private boolean closed;

  /** Files that were cut off may come back with their names when the power goes. */
  private boolean cutUnforced;

  SegmentSealer(LogFolder folder, Executor background, long recoveryPoint) {
    this.folder = folder;
    this.background = background;
    this.recoveryPoint = recoveryPoint;
  }

  /** All before this offset is on disk. */
  long recoveryPoint() {
    return recoveryPoint;
  }

  /** What went wrong in the background; the log must not be written to after that. */
  @Nullable IOException failure() {
    return failure;
  }

  /** The segment takes no more batches; keeps its file open until it is on disk. */
  void seal(LogSegment segment, LeaderEpochs epochs) {
    segment.retain();
    pending.add(new Sealed(segment, epochs));
  }

  /** The segment's index files are to be written. */
  void rewritten(LogSegment segment) {
    segment.retain();
    pending.add(new Rewritten(segment));
  }

  /**
   * Has all that was sealed and the segments put on disk, in the background.
   *
   * @param upTo the log's end as it is now
   * @param done hears on a background thread whether that was done: null, or what failed. Nothing
   *     when the log is cut below {@code upTo} or abandoned before it could be
   */
  void settle(
      List<LogSegment> segments, long upTo, boolean isNew, Consumer<@Nullable IOException> done) {
    segments.forEach(LogSegment::retain);
    pending.add(new Settle(segments, upTo, isNew, done));
    start();
  }

  /** The same, and waits for it. */
  void settleNow(List<LogSegment> segments) throws IOException {
    synchronized (lock) {
      drain(true);
      for (LogSegment segment : segments) {
        segment.force();
      }
      folder.force();
      folder.forceName();
    }
  }

  /** Removes the snapshots before an offset; any thread. */
  void removeSnapshotsBefore(long offset) throws IOException {
    synchronized (lock) {
      if (!closed) {
        folder.removeSnapshotsBefore(offset);
      }
    }
  }

  void snapshot(long offset, ByteBuffer content) {
    pending.add(new Snapshot(offset, content));
  }

  /** Has all that was handed in carried out in the background. */
  void start() {
    background.execute(() -> {
      try {
        synchronized (lock) {
          drain(true);
        }
      } catch (IOException e) {
        if (DiskFull.is(e)) {
          LOG.warn("{}: no room for what goes with its segments, later again", folder.path());
        } else {
          LOG.debug("{}: given up", folder.path(), e);
        }
      }
    });
  }

  /**
   * What could not be put on disk once is never tried again, as a second try may seem to succeed,
   * and nothing that comes after it counts as being there.
   */
  private void giveUp(IOException cause) {
    failure = cause;
    for (Work work = pending.poll(); work != null; work = pending.poll()) {
      work.release();
      if (work instanceof Settle settle) {
        settle.done().accept(cause);
      }
    }
  }

  private void drain(boolean durably) throws IOException {
    if (closed) {
      return;
    }
    IOException before = failure;
    if (before != null) {
      throw new IOException("files could not be put on disk before", before);
    }
    for (Work work = pending.peek(); work != null; work = pending.peek()) {
      try {
        carryOut(work, durably);
      } catch (IOException e) {
        if (!DiskFull.is(e)) {
          giveUp(e);
        }
        throw e;
      }
      done();
    }
  }

  private void done() {
    Work work = pending.poll();
    if (work != null) {
      work.release();
    }
  }

  private void carryOut(Work work, boolean durably) throws IOException {
    switch (work) {
      case Sealed(LogSegment segment, LeaderEpochs epochs) -> {
        if (!segment.isDeleted()) {
          segment.force();
          segment.writeIndex();
          folder.writeEpochs(epochs, durably);
        }
        forceNames(durably);
        moveRecoveryPoint(segment.nextOffset(), durably);
      }
      case Snapshot(long upTo, ByteBuffer content) -> folder.writeSnapshot(upTo, content);
      case Rewritten(LogSegment segment) -> {
        if (!segment.isDeleted()) {
          segment.writeIndex();
        }
      }
      case Settle settle -> carryOut(settle);
    }
  }

  private void carryOut(Settle settle) throws IOException {
    try {
      for (LogSegment segment : settle.segments()) {
        if (!segment.isDeleted()) {
          segment.force();
        }
      }
      folder.force();
      if (settle.isNew()) {
        folder.forceName();
      }
    } catch (IOException e) {
      throw e instanceof UnflushedException ? e : new UnflushedException(e);
    }
    settle.done().accept(null);
  }

  /** A file that is on disk is still lost with its name. */
  private void forceNames(boolean durably) throws IOException {
    if (durably) {
      folder.force();
      cutUnforced = false;
    }
  }

  private void moveRecoveryPoint(long offset, boolean durably) throws IOException {
    folder.writeRecoveryPoint(offset, durably);
    recoveryPoint = offset;
  }

  /** Puts the whole log on disk, the segment that is still written to included. */
  void flush(LogSegment active, LeaderEpochs epochs) throws IOException {
    synchronized (lock) {
      drain(true);
      if (recoveryPoint < active.nextOffset() || cutUnforced) {
        active.force();
        folder.writeEpochs(epochs, true);
        forceNames(true);
        moveRecoveryPoint(active.nextOffset(), true);
      }
    }
  }

  /**
   * Nothing that was noted about the log from the offset on is true any longer. That is on disk
   * before the log is cut: otherwise a power cut could bring back what was noted of the old batches
   * beside files that hold some of the new ones.
   */
  void truncate(long offset, LeaderEpochs epochs) throws IOException {
    synchronized (lock) {
      forget(offset);
      boolean noted = recoveryPoint > offset;
      if (noted) {
        moveRecoveryPoint(offset, true);
      }
      for (long snapshot : folder.snapshots()) {
        if (snapshot > offset) {
          folder.removeSnapshot(snapshot);
          noted = true;
        }
      }
      folder.writeEpochs(epochs, noted);
      if (noted) {
        folder.force();
      }
    }
  }

  private void forget(long offset) {
    pending.removeIf(work -> {
      boolean forgotten = work.upTo() > offset;
      if (forgotten) {
        work.release();
      }
      return forgotten;
    });
  }

  /** Files were cut off or taken away, which has to be on disk before a stop counts as clean. */
  void cut() {
    synchronized (lock) {
      cutUnforced = true;
    }
  }

  /** The log is empty and goes on at the offset. */
  void restartAt(long offset) throws IOException {
    synchronized (lock) {
      cutUnforced = true;
      moveRecoveryPoint(offset, false);
    }
  }

  /**
   * Carries out what is left, then notes all that the next start needs to open the log without
   * reading it.
   */
  void close(LogSegment active, LeaderEpochs epochs, ByteBuffer producers) throws IOException {
    synchronized (lock) {
      long end = active.nextOffset();
      boolean written = recoveryPoint < end || cutUnforced;
      drain(written);
      closed = true;
      if (written) {
        active.force();
      }
      active.writeIndex();
      folder.writeEpochs(epochs, written);
      folder.writeSnapshot(end, producers);
      moveRecoveryPoint(end, written);
      forceNames(written);
    }
  }

  /** Does nothing any more: the log is deleted or has failed. */
  void abandon() {
    synchronized (lock) {
      closed = true;
      forget(-1);
    }
  }
}
