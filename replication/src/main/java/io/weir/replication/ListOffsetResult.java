package io.weir.replication;

import io.weir.protocol.model.ErrorCode;

/**
 * Answer to a {@link ListOffsetRequest}. Immutable.
 *
 * @param error OFFSET_NOT_AVAILABLE when a new leader does not know yet how far its predecessor had
 *     committed
 * @param timestamp of the record found, -1 when the question was not about a record
 * @param offset -1 when no record matches
 * @param leaderEpoch epoch in which the record at the offset was written, -1 when unknown
 */
public record ListOffsetResult(ErrorCode error, long timestamp, long offset, int leaderEpoch) {
  static ListOffsetResult failed(ErrorCode error) {
    return new ListOffsetResult(error, -1, -1, -1);
  }

  static ListOffsetResult found(long timestamp, long offset, int leaderEpoch) {
    return new ListOffsetResult(ErrorCode.NONE, timestamp, offset, leaderEpoch);
  }
}
