package io.weir.coordinator.group.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes that were emitted and have not settled, in the order of the log. Bounded: past {@link
 * #MAX_BYTES} no write is admitted, and who wants it is told COORDINATOR_NOT_AVAILABLE. Confined to
 * the shard.
 */
final class UncommittedWrites {
  static final long MAX_BYTES = 16L << 20;

  private final Map<Write, Integer> bytesByWrite = new LinkedHashMap<>();
  private final Set<Write> notOverdue = new LinkedHashSet<>();
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
    notOverdue.add(write);
    return true;
  }

  /** Whether the write was still open. */
  boolean remove(Write write) {
    Integer size = bytesByWrite.remove(write);
    if (size == null) {
      return false;
    }
    bytes -= size;
    notOverdue.remove(write);
    return true;
  }

  /** Writes that have now become overdue; each is given once. */
  List<Write> overdue(long nowMs) {
    List<Write> overdue = new ArrayList<>();
    Iterator<Write> oldestFirst = notOverdue.iterator();
    while (oldestFirst.hasNext()) {
      Write write = oldestFirst.next();
      if (write.deadlineMs() > nowMs) {
        break;
      }
      oldestFirst.remove();
      overdue.add(write);
    }
    return overdue;
  }

  long earliestDeadlineMs() {
    return notOverdue.isEmpty() ? Long.MAX_VALUE : notOverdue.iterator().next().deadlineMs();
  }

  /** Takes all away. */
  List<Write> drain() {
    List<Write> all = new ArrayList<>(bytesByWrite.keySet());
    bytesByWrite.clear();
    notOverdue.clear();
    bytes = 0;
    return all;
  }
}
