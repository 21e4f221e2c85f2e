package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a group, under one protocol or the other. Confined to the shard. */
sealed interface Membership permits ClassicGroup, ConsumerGroup {
  /** Whether nothing of the membership is in the log or under way. */
  boolean isBlank();

  /** Whether there are no members, nor any that may be about to come. */
  boolean isDeserted();

  boolean isDead();

  /** Wall clock; -1 when the group never had members. */
  long stateSinceWallMs();

  /** Whether the group may be erased; NONE if so. */
  ErrorCode checkErasure();

  /** Only when {@link #checkErasure} allows it: the group's tombstones are being written. */
  void beginErasure();

  /** The tombstones were refused. */
  void abandonErasure();

  /** What removes the membership from the log. */
  List<StateRecord> tombstones();

  /** Whether the committer may store offsets now; NONE if so. */
  ErrorCode checkCommit(MemberRef ref, int generation, Now now);

  /**
   * As {@link #checkCommit}, for offsets of a transaction. Older producers do not say for whom they
   * commit, and are believed.
   */
  ErrorCode checkTransactionalCommit(MemberRef ref, int generation);

  /** Whether single offsets may be deleted; NONE if so. */
  ErrorCode checkOffsetDeletion();

  /** Whether a member may read the topic, as far as that is known. */
  boolean isSubscribedTo(String topic);

  /** How many members there are. */
  int size();

  /** Rebalances that are over. */
  Map<RebalanceCause, GroupStatistics.Rebalances> rebalances();

  /**
   * Whether offsets may be shown to who asks; NONE if so.
   *
   * @param memberId null when no member asks
   */
  ErrorCode checkFetch(@Nullable String memberId, int epoch);

  GroupListing listing();

  /** Does what is due. */
  void expire(Now now, Effects out);

  /** The next time that {@link #expire} has to run, unless a member is heard of before. */
  long earliestDeadlineMs();

  /** The shard closes: all who wait are sent away. */
  void refuseAll(ErrorCode error, Effects out);
}
