package io.weir.broker.handler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Results of questions that were asked at the same time, gathered in the order of the questions.
 * Thread-safe: each is put by whoever has it, and whoever puts the last one hands all over.
 */
final class Gathering<T> {
  private final AtomicReferenceArray<T> results;

  /** Results that are missing, and one more until all questions have been asked. */
  private final AtomicInteger open;

  private final Consumer<List<T>> onComplete;

  /**
   * @param onComplete takes the results, once, on the thread that puts the last one
   */
  Gathering(int count, Consumer<List<T>> onComplete) {
    this.results = new AtomicReferenceArray<>(count);
    this.open = new AtomicInteger(count + 1);
    this.onComplete = onComplete;
  }

  void put(int index, T result) {
    results.set(index, result);
    countDown();
  }

  /** All questions have been asked. */
  void allAsked() {
    countDown();
  }

  private void countDown() {
    if (open.decrementAndGet() == 0) {
      onComplete.accept(inOrder());
    }
  }

  private List<T> inOrder() {
    List<T> all = new ArrayList<>(results.length());
    for (int i = 0; i < results.length(); i++) {
      all.add(results.get(i));
    }
    return all;
  }
}
