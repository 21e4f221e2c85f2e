package io.weir.replication.compaction;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Holds cleaners to a rate of bytes per second, all together. Thread-safe: the lock guards the time
 * from which on the next bytes are within the rate.
 */
final class Throttle {
  private static final long LONGEST_NAP_NS = 100_000_000;

  private final double bytesPerSecond;
  private final LongSupplier nanoTime;
  private final BooleanSupplier stopped;
  private final Object lock = new Object();
  private long freeAtNs;

  /**
   * @param stopped whether nobody is to be held up any more
   */
  Throttle(double bytesPerSecond, LongSupplier nanoTime, BooleanSupplier stopped) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.stopped = stopped;
    this.freeAtNs = nanoTime.getAsLong();
  }

  /** Whether all is to end. */
  boolean isStopped() {
    return stopped.getAsBoolean();
  }

  /** Notes that bytes are read or written, and waits until that is within the rate. */
  void passed(int bytes) {
    long takesNs = (long) (bytes * 1e9 / bytesPerSecond);
    if (takesNs == 0) {
      return;
    }
    long mineNs;
    synchronized (lock) {
      mineNs = Math.max(freeAtNs, nanoTime.getAsLong());
      freeAtNs = mineNs + takesNs;
    }
    waitUntil(mineNs);
  }

  private void waitUntil(long timeNs) {
    synchronized (lock) {
      for (long leftNs = timeNs - nanoTime.getAsLong();
          leftNs > 0 && !stopped.getAsBoolean();
          leftNs = timeNs - nanoTime.getAsLong()) {
        try {
          lock.wait(Math.min(leftNs, LONGEST_NAP_NS) / 1_000_000 + 1);
        } catch (InterruptedException e) {
          // Nobody interrupts cleaners, as that would close the files that they read.
          throw new IllegalStateException("a cleaner was interrupted", e);
        }
      }
    }
  }
}
