package io.weir.replication.loop;

import java.util.concurrent.Executor;

/**
 * The thread that owns a partition, as others see it: tasks run on it one after the other, in the
 * order of submission per submitter. Thread-safe.
 */
public interface LoopExecutor extends Executor {
  /**
   * Runs the task on the loop after a delay, which counts from when the loop takes note of it.
   *
   * @param delayMs not negative
   */
  void schedule(Runnable task, long delayMs);

  /** Whether the calling thread is the loop's own. */
  boolean inThread();
}
