package io.weir.coordinator.state;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import java.util.function.Consumer;

/**
 * The partitions of a coordinator's topic as the coordinator needs them; implemented over the
 * replicated log. Thread-safe; callbacks run on the partition's loop and never block.
 */
public interface StatePartitions {
  /** How many partitions the topic has; 0 while it does not exist. */
  int count();

  /** The loop that the partition's replica lives on: always the same one for a partition. */
  LoopView loop(int partition);

  /**
   * Appends one batch as the leader of that epoch. Called on the partition's loop; batches are
   * appended in the order of the calls.
   *
   * <p>{@code committed} is called exactly once: with NONE when the high watermark has passed the
   * batch, batch after batch in the order of the log; with another error when the batch was refused
   * and is not in the log. There should be no time-out, since a batch that was appended will be
   * committed some day unless the leadership ends. If there is one, it is reported as
   * REQUEST_TIMED_OUT or NOT_ENOUGH_REPLICAS_AFTER_APPEND, and the coordinator loads the partition
   * again.
   *
   * @param batch at most 1,000,000 bytes; ownership passes
   */
  default void append(
      int partition, int leaderEpoch, ByteBuf batch, Consumer<ErrorCode> committed) {
    append(partition, leaderEpoch, batch, 0, committed);
  }

  /**
   * As {@link #append(int, int, ByteBuf, Consumer)}, of a batch that may belong to a transaction.
   *
   * @param guard what the partition gave when the transaction was verified; 0 for none
   */
  void append(
      int partition, int leaderEpoch, ByteBuf batch, long guard, Consumer<ErrorCode> committed);

  /**
   * Reads the whole log, from its start to the log end offset as it is at this call. Called on the
   * partition's loop.
   *
   * <p>{@code batches} gets whole batches in order, several at a time if that is convenient; the
   * buffer is the caller's again when it returns. {@code done} is called exactly once, with NONE
   * only after the high watermark has reached that log end offset, so that all that was read is
   * committed. Neither is called any more, or only with an error, once the leadership has ended.
   */
  void load(int partition, int leaderEpoch, Consumer<ByteBuf> batches, Consumer<ErrorCode> done);
}
