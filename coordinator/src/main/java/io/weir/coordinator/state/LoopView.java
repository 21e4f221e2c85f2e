package io.weir.coordinator.state;

import java.util.concurrent.Executor;

/**
 * What a shard sees of the loop of its partition. Thread-safe. {@link #execute} runs tasks one
 * after the other in the order they were given; it may throw {@link
 * java.util.concurrent.RejectedExecutionException} when the node stops.
 */
public interface LoopView extends Executor {
  /** Runs the task on the loop, not before the delay is over. A task cannot be taken back. */
  void schedule(Runnable task, long delayMs);

  /** Whether the caller is on the loop. */
  boolean inThread();
}
