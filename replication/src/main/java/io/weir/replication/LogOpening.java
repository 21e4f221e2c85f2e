package io.weir.replication;

import io.weir.replication.loop.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens logs, several at a time, and says how far it is. On threads of its own, so that a long
 * recovery holds up neither flushes nor retention of the logs that are open already; the threads
 * end when there is nothing to open. Thread-safe: the lock guards the progress.
 */
final class LogOpening {
  private static final Logger LOG = LoggerFactory.getLogger(LogOpening.class);
  private static final long IDLE_S = 10;

  private final ThreadPoolExecutor threads;
  private final TimeSource time;
  private final OpeningProgress progress = new OpeningProgress();

  LogOpening(int threadCount, TimeSource time) {
    this.time = time;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            IDLE_S,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .name("weir-log-opening-" + number.getAndIncrement())
                    .daemon()
                    .unstarted(task));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs what opens a log, once the earlier work on its folder is done. */
  void open(CompletableFuture<Void> earlier, Runnable opening) {
    synchronized (progress) {
      progress.begin(time.monotonicMs());
    }
    var _ =
        earlier.thenRunAsync(
            () -> {
              try {
                opening.run();
              } finally {
                finished();
              }
            },
            threads);
  }

  private void finished() {
    String line;
    synchronized (progress) {
      line = progress.finish(time.monotonicMs());
    }
    if (line != null) {
      LOG.info(line);
    }
  }

  /** How many logs are not open yet. */
  int remaining() {
    synchronized (progress) {
      return progress.remaining();
    }
  }

  /** Takes no more logs; those that wait are still opened. */
  void shutdown() {
    threads.shutdown();
  }

  /**
   * Waits for the last log after {@link #shutdown}.
   *
   * @return false when that takes longer
   */
  boolean await(long timeoutMs) throws InterruptedException {
    return threads.awaitTermination(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /**
   * Counts logs, and decides when that is worth a line: every few seconds while some are left, and
   * at the end of many. Not thread-safe. Time is in milliseconds since an arbitrary moment.
   */
  static final class OpeningProgress {
    static final long LINE_INTERVAL_MS = 5_000;
    static final int MANY = 100;

    private int begun;
    private int finished;
    private long startedMs;
    private long lastLineMs;

    void begin(long nowMs) {
      if (begun == finished) {
        begun = 0;
        finished = 0;
        startedMs = nowMs;
        lastLineMs = nowMs;
      }
      begun++;
    }

    /** The line that is due; null for none. */
    @Nullable String finish(long nowMs) {
      finished++;
      if (remaining() == 0) {
        return begun >= MANY || nowMs - startedMs >= LINE_INTERVAL_MS
            ? "Opened %d logs in %d ms".formatted(begun, nowMs - startedMs)
            : null;
      }
      if (nowMs - lastLineMs < LINE_INTERVAL_MS) {
        return null;
      }
      lastLineMs = nowMs;
      return "Opened %d of %d logs in %d ms, %d remain"
          .formatted(finished, begun, nowMs - startedMs, remaining());
    }

    int remaining() {
      return begun - finished;
    }
  }
}
