package io.weir.replication.grpc;

import io.weir.protocol.model.TopicIdPartition;

/** What a follower says to its leader. Immutable. */
public sealed interface FollowerMessage {
  TopicIdPartition partition();

  /** The leader epoch that the follower follows in. */
  int leaderEpoch();

  /** Number of the follower's question; grows with each {@link Follow} of a partition. */
  int followId();

  /**
   * Asks for all from the log end on; voids what was said before.
   *
   * @param lastEpoch epoch of the last record, -1 for none
   * @param flushedEndOffset all before it is on disk
   */
  record Follow(
      TopicIdPartition partition,
      int leaderEpoch,
      int followId,
      long logEndOffset,
      int lastEpoch,
      long flushedEndOffset)
      implements FollowerMessage {}

  /**
   * All before the log end is written.
   *
   * @param logEndOffset exclusive
   * @param flushedEndOffset all before it is on disk; claims nothing where the topic does not ask
   *     for it
   */
  record Ack(
      TopicIdPartition partition,
      int leaderEpoch,
      int followId,
      long logEndOffset,
      long flushedEndOffset)
      implements FollowerMessage {}

  /** The log begins there now: said after each {@link Follow}, and when it has changed. */
  record LogStart(TopicIdPartition partition, int leaderEpoch, int followId, long logStartOffset)
      implements FollowerMessage {}
}
