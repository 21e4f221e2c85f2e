package io.weir.broker.handler;

import io.weir.replication.ReadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * One look at all partitions of a Fetch. Thread-safe: each partition's loop puts its own result, and the last one hands them over to
 * the connection's event loop.
 */
final class FetchPass {
  private final AtomicReferenceArray<ReadResult> results;
  private final AtomicInteger open;
  private final Executor eventLoop;
  private final Consumer<List<ReadResult>> onDone;

  /**
   * @param onDone takes the results, in the order of the partitions, on the event loop
   */
  FetchPass(int partitions, Executor eventLoop, Consumer<List<ReadResult>> onDone) {
    this.results = new AtomicReferenceArray<>(partitions);
    this.open = new AtomicInteger(partitions + 1);
    this.eventLoop = eventLoop;
    this.onDone = onDone;
  }

  void put(int index, ReadResult result) {
    results.set(index, result);
    countDown();
  }

  /** All reads have been sent. */
  void allSent() {
    countDown();
  }

  private void countDown() {
    if (open.decrementAndGet() == 0) {
      eventLoop.execute(() -> onDone.accept(inOrder()));
    }
  }

  private List<ReadResult> inOrder() {
    List<ReadResult> all = new ArrayList<>(results.length());
    for (int i = 0; i < results.length(); i++) {
      all.add(results.get(i));
    }
    return all;
  }
}
