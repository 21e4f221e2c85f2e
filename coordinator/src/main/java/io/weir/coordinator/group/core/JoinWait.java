package io.weir.coordinator.group.core;

/**
 * How long a rebalance waits for members. Confined to the shard.
 *
 * <p>A group that was empty waits for the initial delay, and once more each time that new members
 * came meanwhile, at most for a rebalance time-out: the members of an application that starts come
 * one after the other. Any other rebalance is over as soon as all have joined.
 */
final class JoinWait {
  private final boolean initial;
  private final long delayMs;
  private long deadlineMs;
  private long leftMs;
  private boolean newcomers;

  private JoinWait(boolean initial, long nowMs, long delayMs, long leftMs) {
    this.initial = initial;
    this.delayMs = delayMs;
    this.deadlineMs = nowMs + delayMs;
    this.leftMs = leftMs;
  }

  static JoinWait ofEmptyGroup(long nowMs, int initialDelayMs, int rebalanceTimeoutMs) {
    return new JoinWait(
        true, nowMs, initialDelayMs, Math.max(0L, (long) rebalanceTimeoutMs - initialDelayMs));
  }

  static JoinWait ofMembers(long nowMs, int rebalanceTimeoutMs) {
    return new JoinWait(false, nowMs, rebalanceTimeoutMs, 0);
  }

  long deadlineMs() {
    return deadlineMs;
  }

  /** Whether the rebalance may end before the deadline, once all members have joined. */
  boolean endsWhenAllJoined() {
    return !initial;
  }

  void memberAdded() {
    newcomers = true;
  }

  /** Whether the wait is over; when it is not, perhaps the deadline has moved. */
  boolean isOver(long nowMs) {
    if (nowMs < deadlineMs) {
      return false;
    }
    if (!newcomers || leftMs == 0) {
      return true;
    }
    newcomers = false;
    long extensionMs = Math.min(delayMs, leftMs);
    leftMs -= extensionMs;
    deadlineMs = nowMs + extensionMs;
    return extensionMs == 0;
  }
}
