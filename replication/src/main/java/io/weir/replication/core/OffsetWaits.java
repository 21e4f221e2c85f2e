package io.weir.replication.core;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Requests that wait until an offset passes theirs, or until their time is up. Who adds bounds how
 * many there are. Confined to the partition's owner.
 */
public final class OffsetWaits<T> {
  private record Wait<T>(long offset, long deadlineMs, long order, T request)
      implements Comparable<Wait<T>> {
    @Override
    public int compareTo(Wait<T> other) {
      int byOffset = Long.compare(offset, other.offset);
      return byOffset != 0 ? byOffset : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Wait<T>> waits = new PriorityQueue<>();
  private long order;

  /** No deadline is earlier than this. */
  private long earliestDeadlineMs = Long.MAX_VALUE;

  public boolean isEmpty() {
    return waits.isEmpty();
  }

  /**
   * Adds a request.
   *
   * @param offset it is met when the offset waited for is at least this
   */
  public void add(long offset, long deadlineMs, T request) {
    waits.add(new Wait<>(offset, deadlineMs, order++, request));
    earliestDeadlineMs = Math.min(earliestDeadlineMs, deadlineMs);
  }

  /** Takes out the requests that are met, in the order of their offsets. */
  public List<T> met(long offset) {
    if (waits.isEmpty() || waits.element().offset() > offset) {
      return List.of();
    }
    List<T> met = new ArrayList<>();
    while (!waits.isEmpty() && waits.element().offset() <= offset) {
      met.add(waits.remove().request());
    }
    return met;
  }

  /** Takes out the requests whose time is up. */
  public List<T> expired(long nowMs) {
    if (nowMs < earliestDeadlineMs) {
      return List.of();
    }
    List<T> expired = new ArrayList<>();
    earliestDeadlineMs = Long.MAX_VALUE;
    for (var iterator = waits.iterator(); iterator.hasNext(); ) {
      Wait<T> wait = iterator.next();
      if (wait.deadlineMs() <= nowMs) {
        expired.add(wait.request());
        iterator.remove();
      } else {
        earliestDeadlineMs = Math.min(earliestDeadlineMs, wait.deadlineMs());
      }
    }
    return expired;
  }

  /** Takes out a request, if it is there. */
  public void remove(T request) {
    waits.removeIf(wait -> wait.request().equals(request));
  }

  /** Takes out all. */
  public List<T> drain() {
    List<T> all = new ArrayList<>();
    while (!waits.isEmpty()) {
      all.add(waits.remove().request());
    }
    earliestDeadlineMs = Long.MAX_VALUE;
    return all;
  }
}
