package io.weir.broker.netty;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bound on bytes of requests that the whole node holds. While they exceed it, connections do not
 * read their sockets; those that wait are told when there is room again. Since a connection learns
 * that the bound is passed only after it has received, the bytes may pass it by one receive buffer
 * per connection. Thread-safe: atomic counters and a concurrent set.
 */
final class RequestMemory {
  private final long boundBytes;
  private final AtomicLong heldBytes = new AtomicLong();
  private final LongAdder releases = new LongAdder();
  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

  RequestMemory(long boundBytes) {
    this.boundBytes = boundBytes;
  }

  boolean isFull() {
    return heldBytes.get() >= boundBytes;
  }

  long heldBytes() {
    return heldBytes.get();
  }

  /** Grows only: tells whether anything was given back between two looks. */
  long releases() {
    return releases.sum();
  }

  void take(long bytes) {
    heldBytes.addAndGet(bytes);
  }

  void giveBack(long bytes) {
    if (bytes == 0) {
      return;
    }
    releases.increment();
    if (heldBytes.addAndGet(-bytes) < boundBytes && !waiting.isEmpty()) {
      wakeAll();
    }
  }

  /** Runs the task once, on the thread that makes room; at once when there is room. */
  void whenThereIsRoom(Runnable task) {
    waiting.add(task);
    if (!isFull() && waiting.remove(task)) {
      task.run();
    }
  }

  void forget(Runnable task) {
    waiting.remove(task);
  }

  private void wakeAll() {
    for (Runnable task : List.copyOf(waiting)) {
      if (waiting.remove(task)) {
        task.run();
      }
    }
  }
}
