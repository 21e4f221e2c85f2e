package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * Asks the leader to give up the oldest records.
 *
 * @param offset first one to keep; {@link #ALL_COMMITTED} for the high watermark
 * @param timeoutMs how long the replicas in sync may take to follow; after that the answer is
 *     REQUEST_TIMED_OUT, though the leader has given them up. Kept to within about 100 ms
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record DeletionRequest(
    TopicPartition partition, long offset, long timeoutMs, Consumer<DeletionResult> onResult) {
  /** Stands for the high watermark. */
  public static final long ALL_COMMITTED = -1;
}
