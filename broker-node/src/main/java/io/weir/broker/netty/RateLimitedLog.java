package io.weir.broker.netty;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warnings that hostile peers can cause at will: at most one burst of lines in each second, and a
 * count of those left out. Thread-safe: its state is one atomic number.
 */
final class RateLimitedLog {
  private static final int LINES_PER_SECOND = 10;
  private static final long SECOND_NS = 1_000_000_000L;

  private final Logger log;
  private final LongSupplier nanoTime;
  private final AtomicLong windowStartNs;
  private final AtomicLong linesInWindow = new AtomicLong();

  RateLimitedLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.windowStartNs = new AtomicLong(nanoTime.getAsLong());
  }

  void warn(String line) {
    long now = nanoTime.getAsLong();
    long start = windowStartNs.get();
    if (now - start >= SECOND_NS && windowStartNs.compareAndSet(start, now)) {
      long left = linesInWindow.getAndSet(0) - LINES_PER_SECOND;
      if (left > 0) {
        log.warn("{} further warnings of this kind were left out", left);
      }
    }
    if (linesInWindow.incrementAndGet() <= LINES_PER_SECOND) {
      log.warn(line);
    }
  }
}
