package io.weir.broker.state;

import io.weir.coordinator.state.LoopView;
import io.weir.replication.loop.LoopExecutor;

/** The loop of a partition, as the group coordinator sees it. Thread-safe. */
record PartitionLoopView(LoopExecutor loop) implements LoopView {
  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public void schedule(Runnable task, long delayMs) {
    loop.schedule(task, delayMs);
  }

  @Override
  public boolean inThread() {
    return loop.inThread();
  }
}
