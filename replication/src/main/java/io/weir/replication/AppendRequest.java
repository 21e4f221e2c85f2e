package io.weir.replication;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * Batches to be appended by the leader.
 *
 * @param batches validated batches of format v2, one after the other; offsets and leader epoch are
 *     written into them. Ownership passes with the call, whatever the answer is
 * @param acks 0 and 1: answered after the local write; -1: answered when the high watermark has
 *     passed the batches
 * @param timeoutMs how long acks=-1 may wait for the followers; after that the answer is
 *     REQUEST_TIMED_OUT, though the records stay in the log. Kept to within about 100 ms
 * @param expectedLeaderEpoch refuse with FENCED_LEADER_EPOCH unless the replica leads in this
 *     epoch; -1 for any
 * @param guard what {@link Verification.Needed} gave, where the batches are a transaction's; a
 *     batch that would open a transaction is refused with INVALID_TXN_STATE unless its guard is
 *     still the one of that producer
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record AppendRequest(
    TopicPartition partition,
    ByteBuf batches,
    int acks,
    long timeoutMs,
    Origin origin,
    int expectedLeaderEpoch,
    long guard,
    Consumer<AppendResult> onResult) {

  /** Stands for no guard. */
  public static final long NO_GUARD = 0;

  /** The same with another guard; takes the place of this one. */
  public AppendRequest withGuard(long other) {
    return new AppendRequest(
        partition, batches, acks, timeoutMs, origin, expectedLeaderEpoch, other, onResult);
  }

  /** The same with another batch, answered elsewhere; takes the place of this one. */
  public AppendRequest withBatches(ByteBuf others, Consumer<AppendResult> otherOnResult) {
    return new AppendRequest(
        partition, others, acks, timeoutMs, origin, expectedLeaderEpoch, guard, otherOnResult);
  }

  /** Who writes. */
  public enum Origin {
    /** A client's produce: producer ids and sequences are checked. */
    CLIENT,
    /**
     * A coordinator's own state: its batches carry no producer id, or that of a transaction which
     * they are part of, without sequence numbers.
     */
    COORDINATOR
  }
}
