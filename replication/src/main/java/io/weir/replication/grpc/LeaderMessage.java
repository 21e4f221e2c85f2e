package io.weir.replication.grpc;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.TopicIdPartition;

/** What a leader says to a follower. Immutable; {@link Batches} owns a buffer. */
public sealed interface LeaderMessage {
  TopicIdPartition partition();

  /** The leader epoch of the question that this answers. */
  int leaderEpoch();

  /** The follow id of the question that this answers. */
  int followId();

  /** Gives back what the message holds; once, by whoever has it last. */
  default void release() {}

  /**
   * The logs part.
   *
   * @param epoch largest epoch of the leader's log that is not above the follower's last
   * @param endOffset where that epoch ends on the leader, exclusive
   */
  record Diverged(
      TopicIdPartition partition, int leaderEpoch, int followId, int epoch, long endOffset)
      implements LeaderMessage {}

  /** The logs have no common part: drop all, go on from the leader's log start. */
  record StartOver(TopicIdPartition partition, int leaderEpoch, int followId, long logStartOffset)
      implements LeaderMessage {}

  /**
   * The next part of the log.
   *
   * @param bytes whole batches, one after the other; one reference is owned
   */
  record Batches(
      TopicIdPartition partition,
      int leaderEpoch,
      int followId,
      long highWatermark,
      long logStartOffset,
      ByteBuf bytes)
      implements LeaderMessage {
    @Override
    public void release() {
      bytes.release();
    }
  }

  /** Where watermark and log start are, when no batches carry them. */
  record Watermark(
      TopicIdPartition partition,
      int leaderEpoch,
      int followId,
      long highWatermark,
      long logStartOffset)
      implements LeaderMessage {}

  /** This node does not lead the partition in that epoch, as far as it knows: ask again soon. */
  record Refused(TopicIdPartition partition, int leaderEpoch, int followId)
      implements LeaderMessage {}
}
