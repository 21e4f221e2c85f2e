package io.weir.replication.compaction;

import io.weir.protocol.record.CorruptBatchException;
import io.weir.replication.compaction.core.CompactionPlan;
import io.weir.replication.log.CompactionTask;
import io.weir.replication.log.LogFailure;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that compact a node's logs: each takes the log that needs it most, and rests when
 * there is none. A log that cannot be compacted is set aside, with one line that says why, until
 * the node starts again. Thread-safe: the lock guards what is under way and what is set aside.
 *
 * <p>The threads are never interrupted, as that would close files that others read.
 */
public final class LogCleaner implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(LogCleaner.class);
  private static final long END_S = 30;

  /** A log that may be worth compacting. */
  public record Candidate(CompactableLog log, CompactionPlan plan) {}

  private final CleanerSettings settings;
  private final Supplier<List<Candidate>> candidates;
  private final LongSupplier wallMs;
  private final SecureRandom random = new SecureRandom();
  private final Throttle throttle;
  private final Object lock = new Object();
  private final Set<String> underWay = new HashSet<>();
  private final Set<String> setAside = new HashSet<>();
  private final CountDownLatch ended;
  private volatile boolean stopped;

  /**
   * Starts the threads.
   *
   * @param candidates asks all logs; called by a cleaner's thread, and may wait
   */
  public LogCleaner(
      CleanerSettings settings, Supplier<List<Candidate>> candidates, LongSupplier wallMs) {
    this.settings = settings;
    this.candidates = candidates;
    this.wallMs = wallMs;
    this.throttle = new Throttle(settings.ioMaxBytesPerSecond(), System::nanoTime, () -> stopped);
    this.ended = new CountDownLatch(settings.threads());
    for (int i = 0; i < settings.threads(); i++) {
      var _ = Thread.ofPlatform().name("weir-log-cleaner-" + i).daemon().start(this::work);
    }
  }

  private void work() {
    try {
      while (!stopped) {
        if (!compactOne()) {
          rest();
        }
      }
    } finally {
      ended.countDown();
    }
  }

  private void rest() {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.backoffMs());
    synchronized (lock) {
      for (long leftNs = 1; !stopped && leftNs > 0; leftNs = untilNs - System.nanoTime()) {
        try {
          lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime())));
        } catch (InterruptedException e) {
          throw new IllegalStateException("a cleaner was interrupted", e);
        }
      }
    }
  }

  private boolean compactOne() {
    CompactableLog log = null;
    try {
      log = take();
      if (log == null) {
        return false;
      }
      return compact(log);
    } catch (RuntimeException e) {
      if (log == null) {
        logger.error("Logs to compact could not be found, trying again later", e);
        return false;
      }
      setAside(log, e);
      return true;
    } finally {
      if (log != null) {
        release(log);
      }
    }
  }

  private @Nullable CompactableLog take() {
    List<Candidate> found =
        candidates.get().stream().sorted(Comparator.comparing(Candidate::plan)).toList();
    synchronized (lock) {
      for (Candidate candidate : found) {
        String name = candidate.log().name();
        if (!setAside.contains(name) && underWay.add(name)) {
          return candidate.log();
        }
      }
    }
    return null;
  }

  private void release(CompactableLog log) {
    synchronized (lock) {
      underWay.remove(log.name());
    }
  }

  /** Whether there may be more to do at once. */
  private boolean compact(CompactableLog log) {
    CompactionTask task = log.begin();
    if (task == null) {
      return false;
    }
    long compactedTo = -1;
    try (task) {
      UUID salt = new UUID(random.nextLong(), random.nextLong());
      CompactionPass.Inputs inputs = new CompactionPass.Inputs(wallMs.getAsLong(), salt);
      CompactionPass.Outcome outcome =
          new CompactionPass(log, task, settings, throttle, inputs).run();
      compactedTo = outcome.compactedTo();
      report(log, outcome);
      return compactedTo >= 0;
    } catch (IOException | CorruptBatchException | LogFailure e) {
      if (!task.isStale()) {
        setAside(log, e);
      }
      return true;
    } finally {
      log.end(task, compactedTo);
    }
  }

  private static void report(CompactableLog log, CompactionPass.Outcome outcome) {
    if (outcome.compactedTo() >= 0) {
      logger.info(
          "{}: compacted to offset {}, {} bytes became {}",
          log.name(),
          outcome.compactedTo(),
          outcome.bytesBefore(),
          outcome.bytesAfter());
    }
  }

  private void setAside(CompactableLog log, Exception cause) {
    logger.error(
        "{}: cannot be compacted, and is set aside until the next start", log.name(), cause);
    synchronized (lock) {
      setAside.add(log.name());
    }
  }

  /** Ends the threads; passes under way are given up at the next batch. */
  @Override
  public void close() {
    stopped = true;
    synchronized (lock) {
      lock.notifyAll();
    }
    try {
      if (!ended.await(END_S, TimeUnit.SECONDS)) {
        logger.warn("Compaction did not end in {} s", END_S);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
