package io.weir.coordinator.group;

import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.LoopView;
import io.weir.coordinator.state.Now;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A loop and a clock that a test turns by hand. Runs on the test's thread. */
public final class ManualLoop implements LoopView, GroupClock {
  private record Timer(long atMs, long order, Runnable task) {}

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atMs).thenComparingLong(Timer::order));
  private long nowMs = 5_000;
  private long order;
  private boolean running;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delayMs) {
    timers.add(new Timer(nowMs + delayMs, order++, task));
  }

  @Override
  public boolean inThread() {
    return running;
  }

  @Override
  public Now now() {
    return new Now(nowMs, 1_700_000_000_000L + nowMs);
  }

  /** Runs what is queued, and what that queues. */
  public void drain() {
    running = true;
    try {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    } finally {
      running = false;
    }
  }

  public void run(Runnable task) {
    execute(task);
    drain();
  }

  public void pass(long ms) {
    long endMs = nowMs + ms;
    drain();
    for (Timer next = timers.peek(); next != null && next.atMs() <= endMs; next = timers.peek()) {
      timers.remove();
      nowMs = Math.max(nowMs, next.atMs());
      run(next.task());
    }
    nowMs = endMs;
  }
}
