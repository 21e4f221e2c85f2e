package io.weir.replication.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
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
 * their order.
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

  private final LogFolder folder;
  private final Executor background;
  private final Queue<Work> pending = new ConcurrentLinkedQueue<>();
  private final Object lock = new Object();
  private volatile @Nullable IOException failure;
  private volatile long recoveryPoint;
  private boolean closed;

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
          failure = e;
        }
      }
    });
  }

  private void drain(boolean durably) throws IOException {
    if (closed) {
      return;
    }
    for (Work work = pending.peek(); work != null; work = pending.peek()) {
      try {
        carryOut(work, durably);
      } catch (IOException e) {
        if (!DiskFull.is(e)) {
          done();
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
        moveRecoveryPoint(segment.nextOffset(), durably);
      }
      case Snapshot(long upTo, ByteBuffer content) -> folder.writeSnapshot(upTo, content);
      case Rewritten(LogSegment segment) -> {
        if (!segment.isDeleted()) {
          segment.writeIndex();
        }
      }
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
      if (recoveryPoint < active.nextOffset()) {
        active.force();
        folder.writeEpochs(epochs, true);
        moveRecoveryPoint(active.nextOffset(), true);
      }
    }
  }

  /** Nothing that was noted about the log from the offset on is true any longer. */
  void truncate(long offset, LeaderEpochs epochs) throws IOException {
    synchronized (lock) {
      forget(offset);
      if (recoveryPoint > offset) {
        moveRecoveryPoint(offset, false);
      }
      for (long snapshot : folder.snapshots()) {
        if (snapshot > offset) {
          folder.removeSnapshot(snapshot);
        }
      }
      folder.writeEpochs(epochs, false);
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

  /** The log is empty and goes on at the offset. */
  void restartAt(long offset) throws IOException {
    synchronized (lock) {
      moveRecoveryPoint(offset, false);
    }
  }

  /**
   * Carries out what is left, then notes all that the next start needs to open the log without
   * reading it.
   */
  void close(LogSegment active, LeaderEpochs epochs, ByteBuffer producers) throws IOException {
    synchronized (lock) {
      drain(false);
      closed = true;
      long end = active.nextOffset();
      if (recoveryPoint < end) {
        active.force();
      }
      active.writeIndex();
      folder.writeEpochs(epochs, false);
      folder.writeSnapshot(end, producers);
      moveRecoveryPoint(end, false);
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
