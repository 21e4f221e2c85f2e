package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Until when members of a consumer group have to be heard of, and to give partitions up; monotonic
 * milliseconds. Confined to the shard.
 */
final class ConsumerDeadlines {
  private final Map<String, Long> sessions = new HashMap<>();
  private final Map<String, Long> moves = new HashMap<>();
  private final Map<String, Revocation> revocations = new HashMap<>();

  /** A member's time to give these partitions up. */
  private record Revocation(Set<TopicIdPartition> partitions, long deadlineMs) {}

  void session(String memberId, long deadlineMs) {
    sessions.put(memberId, deadlineMs);
  }

  /** The time runs from the first call; a next one for the same partitions changes nothing. */
  void revocation(String memberId, Set<TopicIdPartition> partitions, long deadlineMs) {
    Revocation before = revocations.get(memberId);
    if (before == null || !before.partitions().equals(partitions)) {
      revocations.put(memberId, new Revocation(partitions, deadlineMs));
    }
  }

  void hasRevoked(String memberId) {
    revocations.remove(memberId);
  }

  /** Until then a member of the classic protocol has to join or to sync. */
  void nextMove(String memberId, long deadlineMs) {
    moves.put(memberId, deadlineMs);
  }

  void nextMoveUnlessSet(String memberId, long deadlineMs) {
    moves.putIfAbsent(memberId, deadlineMs);
  }

  void hasMoved(String memberId) {
    moves.remove(memberId);
  }

  void retain(Collection<String> members) {
    sessions.keySet().retainAll(members);
    moves.keySet().retainAll(members);
    revocations.keySet().retainAll(members);
  }

  /** Members whose time is over, in the order of their ids. */
  Set<String> over(long nowMs) {
    Set<String> over = new TreeSet<>();
    sessions.forEach((memberId, deadlineMs) -> {
      if (deadlineMs <= nowMs) {
        over.add(memberId);
      }
    });
    moves.forEach((memberId, deadlineMs) -> {
      if (deadlineMs <= nowMs) {
        over.add(memberId);
      }
    });
    revocations.forEach((memberId, revocation) -> {
      if (revocation.deadlineMs() <= nowMs) {
        over.add(memberId);
      }
    });
    return over;
  }

  long earliestMs() {
    long earliest = Long.MAX_VALUE;
    for (long deadlineMs : sessions.values()) {
      earliest = Math.min(earliest, deadlineMs);
    }
    for (long deadlineMs : moves.values()) {
      earliest = Math.min(earliest, deadlineMs);
    }
    for (Revocation revocation : revocations.values()) {
      earliest = Math.min(earliest, revocation.deadlineMs());
    }
    return earliest;
  }
}
