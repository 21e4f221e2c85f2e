package io.weir.coordinator.group.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes that were emitted and have not settled, in the order of the log. Bounded: past {@link
 * #MAX_BYTES} no write is admitted, and who wants it is told COORDINATOR_NOT_AVAILABLE. Confined to
 * the shard.
 */
final class UncommittedWrites {
  static final long MAX_BYTES = 16L << 20;

  private final Map<Write, Integer> bytesByWrite = new LinkedHashMap<>();
  private final Deque<Write> byDeadline = new ArrayDeque<>();
  private final int timeoutMs;
  private long bytes;

  UncommittedWrites(int timeoutMs) {
    this.timeoutMs = timeoutMs;
  }

  /** Whether the write may be emitted. */
  boolean admit(Write write, long nowMs) {
    if (bytes >= MAX_BYTES) {
      return false;
    }
    int size = write.estimatedBytes();
    bytes += size;
    bytesByWrite.put(write, size);
    write.deadlineMs(nowMs + timeoutMs);
    byDeadline.add(write);
    return true;
  }

  /** Whether the write was still open. */
  boolean remove(Write write) {
    Integer size = bytesByWrite.remove(write);
    if (size == null) {
      return false;
    }
    bytes -= size;
    // Writes settle nearly in order, so that it is found at the front.
    byDeadline.remove(write);
    return true;
  }

  /** Writes that have now become overdue; each is given once. */
  List<Write> overdue(long nowMs) {
    List<Write> overdue = new ArrayList<>();
    for (Write first = byDeadline.peek();
        first != null && first.deadlineMs() <= nowMs;
        first = byDeadline.peek()) {
      overdue.add(byDeadline.remove());
    }
    return overdue;
  }

  long earliestDeadlineMs() {
    Write first = byDeadline.peek();
    return first == null ? Long.MAX_VALUE : first.deadlineMs();
  }

  /** Takes all away. */
  List<Write> drain() {
    List<Write> all = new ArrayList<>(bytesByWrite.keySet());
    bytesByWrite.clear();
    byDeadline.clear();
    bytes = 0;
    return all;
  }
}
