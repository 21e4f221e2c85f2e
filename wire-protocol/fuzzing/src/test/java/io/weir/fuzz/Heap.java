package io.weir.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** Holds work on an input to a bound of heap that the input's size gives. Thread-safe. */
final class Heap {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Heap() {}

  /**
   * Does the work, and throws when it has allocated more than allowed. What a first time costs
   * beside the work, such as loading classes, is not held against it: work that was too expensive
   * is done again.
   *
   * @param undo gives back what the first time has made
   */
  static <T> T within(long bytes, Supplier<T> work, Discard<T> undo) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    T result = work.get();
    if (THREADS.getCurrentThreadAllocatedBytes() - before <= bytes) {
      return result;
    }
    undo.discard(result);
    before = THREADS.getCurrentThreadAllocatedBytes();
    T again = work.get();
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > bytes) {
      undo.discard(again);
      throw new AssertionError(allocated + " bytes of heap taken, allowed are " + bytes);
    }
    return again;
  }

  /** Gives a result back that nobody wants. */
  @FunctionalInterface
  interface Discard<T> {
    void discard(T result);
  }
}
