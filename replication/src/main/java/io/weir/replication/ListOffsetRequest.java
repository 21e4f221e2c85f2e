package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * Asks the leader for an offset by time.
 *
 * @param currentLeaderEpoch as in {@link ReadRequest}
 * @param timestamp milliseconds since 1970 for the first record at or after it; or one of the
 *     constants here
 * @param upTo where the reader's view ends
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record ListOffsetRequest(
    TopicPartition partition,
    int currentLeaderEpoch,
    long timestamp,
    ReadUpTo upTo,
    Consumer<ListOffsetResult> onResult) {
  /** The end of the reader's view. */
  public static final long LATEST = -1;

  /** The first offset kept. */
  public static final long EARLIEST = -2;

  /** The record with the largest timestamp. */
  public static final long MAX_TIMESTAMP = -3;

  /** The first offset on local disks; all are local. */
  public static final long EARLIEST_LOCAL = -4;

  /** The last offset on remote storage; there is none. */
  public static final long LATEST_TIERED = -5;
}
