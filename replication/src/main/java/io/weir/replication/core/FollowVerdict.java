package io.weir.replication.core;

/** How a leader answers a follower that asks to follow. Immutable. */
public sealed interface FollowVerdict {
  /** The follower's log is a prefix of the leader's: it gets what comes after. */
  record Begin() implements FollowVerdict {}

  /** The logs part: the follower truncates by this boundary and asks again. */
  record Diverged(EpochBoundary boundary) implements FollowVerdict {}

  /** The logs have nothing in common: the follower drops its log and starts at this offset. */
  record StartOver(long logStartOffset) implements FollowVerdict {}

  /** The node is no replica of this partition, as far as the leader knows. */
  record NotAReplica() implements FollowVerdict {}
}
