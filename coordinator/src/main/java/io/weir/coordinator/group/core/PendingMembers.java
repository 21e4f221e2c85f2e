package io.weir.coordinator.group.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Member ids that were given out (KIP-394) and have not been used yet. Each lives for one session
 * time-out; there are at most {@link #MAX}. Confined to the shard.
 */
final class PendingMembers {
  static final int MAX = 10_000;

  private final Map<String, Long> deadlines = new LinkedHashMap<>();

  boolean isEmpty() {
    return deadlines.isEmpty();
  }

  boolean isFull() {
    return deadlines.size() >= MAX;
  }

  boolean has(String memberId) {
    return deadlines.containsKey(memberId);
  }

  void add(String memberId, long deadlineMs) {
    deadlines.put(memberId, deadlineMs);
  }

  boolean remove(String memberId) {
    return deadlines.remove(memberId) != null;
  }

  /** Whether any was there to forget. */
  boolean forgetUntil(long nowMs) {
    List<String> late = new ArrayList<>();
    deadlines.forEach((memberId, deadlineMs) -> {
      if (deadlineMs <= nowMs) {
        late.add(memberId);
      }
    });
    late.forEach(deadlines::remove);
    return !late.isEmpty();
  }

  long earliestDeadlineMs() {
    long earliest = Long.MAX_VALUE;
    for (long deadline : deadlines.values()) {
      earliest = Math.min(earliest, deadline);
    }
    return earliest;
  }
}
