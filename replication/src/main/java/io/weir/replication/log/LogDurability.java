package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.journal.Journal;
import io.weir.replication.journal.JournaledLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a log gets to disk in time: by the journal of its directory where acknowledgements wait for
 * it, and by forcing its own files in the background. See docs/decisions/0009-durability.md.
 *
 * <p>Confined to the partition's loop, but for the calls of {@link JournaledLog}, which hand over
 * to it.
 */
final class LogDurability implements JournaledLog {
  /** Something of which the journal will tell that it is on disk; -1 where it says nothing. */
  private record InFlight(long ticket, long journaledTo, long settledTo, long settledTicket) {}

  private record Waiter(long ticket, CompletableFuture<Void> done) {}

  private final PartitionLog log;
  private final SegmentSealer sealer;
  private final String name;
  private final @Nullable Journal journal;
  private final Deque<InFlight> inFlight = new ArrayDeque<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private Consumer<Runnable> loop = LogDurability::noLoop;
  private Runnable onProgress = () -> {};
  private FlushedEnd end = new FlushedEnd(0, 0);
  private boolean attached;
  private boolean journaling;

  /** Whether the log was put on disk with its name since it was opened. */
  private boolean settledOnce;

  private long lastTicket;

  /** The own files hold what entries up to here say. */
  private long settledTicket;

  /** The journal knows, on disk, that they do. */
  private long knownSettledTicket;

  /** Number of the latest settling; what an earlier one brings does not count. */
  private int settling;

  private boolean isSettling;

  /** Records up to here have been asked to be put on disk because of flush.messages or flush.ms. */
  private long backgroundFlushedTo;

  private long dirtySinceMs = Long.MAX_VALUE;
  private boolean ended;

  LogDurability(PartitionLog log, SegmentSealer sealer, String name, @Nullable Journal journal) {
    this.log = log;
    this.sealer = sealer;
    this.name = name;
    this.journal = journal;
    this.backgroundFlushedTo = log.logEndOffset();
  }

  private static void noLoop(Runnable work) {
    throw new IllegalStateException("no loop yet for " + work);
  }

  /**
   * From now on the log has a loop.
   *
   * @param newLoop runs work on it, and fails the replica when that throws {@link LogFailure}
   * @param whenFlushed runs on the loop when more is on disk
   */
  void attach(Consumer<Runnable> newLoop, Runnable whenFlushed) {
    attached = true;
    loop = newLoop;
    onProgress = whenFlushed;
    configured();
  }

  /** The log's settings may have changed. */
  void configured() {
    boolean durable = log.config().flush().isDurable();
    Journal to = journal;
    if (to == null || !attached || ended || durable == journaling) {
      return;
    }
    journaling = durable;
    if (durable) {
      begin(to);
    } else {
      settleLater();
    }
  }

  private void begin(Journal to) {
    to.join(this);
    long logEnd = log.logEndOffset();
    if (logEnd == log.logStartOffset() && !isUnsettled()) {
      // Nothing has to be forced: replay makes the log anew from this.
      end = new FlushedEnd(logEnd, logEnd);
      lastTicket = to.startedOver(this, logEnd);
    } else {
      end = new FlushedEnd(log.logStartOffset(), logEnd);
      settleLater();
    }
  }

  /** All before this offset is on disk; 0 where acknowledgements do not wait for that. */
  long flushedEndOffset() {
    return journaling ? end.flushed() : 0;
  }

  @Nullable Throwable failure() {
    return journal != null && (journaling || isUnsettled()) ? journal.failure() : null;
  }

  /** Batches were written to the page cache; takes references to what it needs of them. */
  void written(StagedBatches batches) {
    Journal to = journal;
    if (to == null || !journaling) {
      flushInBackground();
      return;
    }
    if (!isRoomFor(batches, to)) {
      end.skipped(log.logEndOffset());
      settleLater();
      return;
    }
    for (int i = 0; i < batches.count(); i++) {
      ByteBuf bytes = batches.buffer(i);
      long base = BatchHeader.baseOffset(bytes, bytes.readerIndex());
      long next = i + 1 < batches.count() ? baseOf(batches.buffer(i + 1)) : log.logEndOffset();
      lastTicket = to.append(this, base, next, bytes.retainedDuplicate());
      inFlight.add(new InFlight(lastTicket, next, -1, -1));
    }
  }

  private static long baseOf(ByteBuf batches) {
    return BatchHeader.baseOffset(batches, batches.readerIndex());
  }

  private static boolean isRoomFor(StagedBatches batches, Journal journal) {
    int largest = 0;
    long all = 0;
    for (int i = 0; i < batches.count(); i++) {
      int bytes = batches.buffer(i).readableBytes();
      largest = Math.max(largest, bytes);
      all += bytes;
    }
    return journal.takes(largest, all);
  }

  // flush.messages and flush.ms where acknowledgements do not wait

  private void flushInBackground() {
    FlushConfig flush = log.config().flush();
    if (attached && log.logEndOffset() - backgroundFlushedTo >= flush.messages()) {
      settleLater();
    }
  }

  /** A look at the clock, every now and then. */
  void flushIfDue(long nowMs) {
    long flushMs = log.config().flush().ms();
    if (journaling || flushMs == Long.MAX_VALUE || backgroundFlushedTo == log.logEndOffset()) {
      dirtySinceMs = Long.MAX_VALUE;
    } else if (dirtySinceMs == Long.MAX_VALUE) {
      dirtySinceMs = nowMs;
    } else if (nowMs - dirtySinceMs >= flushMs) {
      settleLater();
    }
  }

  // Truncation

  /** The log was cut and ends at the offset. */
  void truncated(long offset) {
    Journal to = journal;
    if (to != null && (journaling || isUnsettled())) {
      cut(offset, to.truncated(this, offset));
    } else {
      cut(offset, lastTicket);
    }
  }

  /** The log is empty and begins at the offset. */
  void startedOver(long offset) {
    Journal to = journal;
    if (to != null && (journaling || isUnsettled())) {
      cut(Math.min(offset, end.flushed()), to.startedOver(this, offset));
      end = new FlushedEnd(offset, offset);
    } else {
      cut(offset, lastTicket);
    }
  }

  private void cut(long offset, long ticket) {
    lastTicket = ticket;
    inFlight.removeIf(entry -> entry.journaledTo() > offset || entry.settledTo() > offset);
    end.truncated(offset);
    backgroundFlushedTo = Math.min(backgroundFlushedTo, offset);
    // What the settling under way would tell is not true any more.
    boolean again = isSettling || !waiters.isEmpty() || (journaling && end.hasToSettle());
    isSettling = false;
    if (again) {
      settleLater();
    }
  }

  // Settling

  private boolean isUnsettled() {
    return knownSettledTicket < lastTicket;
  }

  /** Has the log's own files put on disk, if that is not under way. */
  private void settleLater() {
    if (isSettling || ended) {
      return;
    }
    isSettling = true;
    int number = ++settling;
    long ticket = lastTicket;
    long to = log.logEndOffset();
    backgroundFlushedTo = to;
    dirtySinceMs = Long.MAX_VALUE;
    sealer.settle(
        log.unforcedSegments(),
        to,
        !settledOnce,
        failed -> loop.accept(() -> onForced(number, ticket, to, failed)));
  }

  private void onForced(int number, long ticket, long to, @Nullable IOException failed) {
    if (failed != null) {
      failWaiters(failed);
      if (journal != null && (journaling || isUnsettled())) {
        journal.failSettling(failed);
      }
      log.ensureUsable();
      return;
    }
    if (number != settling || !isSettling || ended) {
      return;
    }
    isSettling = false;
    settledOnce = true;
    settledTicket = Math.max(settledTicket, ticket);
    completeWaiters(settledTicket);
    if (journal != null && (journaling || isUnsettled())) {
      long known = journal.settled(this, ticket);
      inFlight.add(new InFlight(known, -1, to, ticket));
      boolean isBehind = journaling ? end.journaledFrom() > to : settledTicket < lastTicket;
      if (isBehind || !waiters.isEmpty()) {
        settleLater();
      }
    }
  }

  private void completeWaiters(long ticket) {
    for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      if (waiter.ticket() <= ticket) {
        all.remove();
        waiter.done().complete(null);
      }
    }
  }

  private void failWaiters(Throwable cause) {
    waiters.forEach(waiter -> waiter.done().completeExceptionally(cause));
    waiters.clear();
  }

  // The end

  /** The log was closed; its own files are on disk. */
  void closed() {
    if (journal != null && isUnsettled()) {
      journal.settled(this, lastTicket);
    }
    end(Long.MAX_VALUE);
  }

  /** Whether more is to be put on disk than a close without a journal does. */
  boolean hasToSettle() {
    return !ended && (journaling || isUnsettled());
  }

  /** The log was deleted. */
  void deleted() {
    if (journal != null && (journaling || lastTicket > 0)) {
      journal.deleted(this);
    }
    end(Long.MAX_VALUE);
  }

  /** The log lets go of its files; if nothing was said of how, its own files may lack something. */
  void abandoned() {
    end(settledTicket);
  }

  private void end(long upTo) {
    if (ended) {
      return;
    }
    ended = true;
    settledTicket = upTo;
    completeWaiters(upTo);
    failWaiters(new LogFailure(name + ": failed"));
    if (journal != null) {
      journal.leave(this);
    }
  }

  // From the journal's threads

  @Override
  public String name() {
    return name;
  }

  @Override
  public void onJournaled(long ticket) {
    loop.accept(() -> {
      long before = end.flushed();
      while (!inFlight.isEmpty() && inFlight.element().ticket() <= ticket) {
        onDisk(inFlight.remove());
      }
      if (end.flushed() > before) {
        onProgress.run();
      }
    });
  }

  private void onDisk(InFlight entry) {
    if (entry.journaledTo() >= 0) {
      end.journaled(entry.journaledTo());
    }
    if (entry.settledTo() >= 0) {
      end.settled(entry.settledTo());
      knownSettledTicket = Math.max(knownSettledTicket, entry.settledTicket());
    }
  }

  @Override
  public void onJournalFailed() {
    loop.accept(() -> {
      if (!ended) {
        log.ensureUsable();
      }
    });
  }

  @Override
  public CompletableFuture<Void> settle(long ticket) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.accept(() -> {
      if (ticket <= settledTicket) {
        done.complete(null);
      } else if (ended) {
        done.completeExceptionally(new LogFailure(name + ": failed"));
      } else {
        waiters.add(new Waiter(ticket, done));
        settleLater();
      }
    });
    return done;
  }
}
