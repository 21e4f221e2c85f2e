package io.weir.replication;

import io.weir.protocol.model.ErrorCode;

/**
 * Answer to an {@link EpochEndRequest}. Immutable.
 *
 * @param leaderEpoch largest epoch of the log that is not above the one asked for, -1 when there is
 *     none
 * @param endOffset where that epoch ends, exclusive; -1 when there is none
 */
public record EpochEndResult(ErrorCode error, int leaderEpoch, long endOffset) {
  static EpochEndResult failed(ErrorCode error) {
    return new EpochEndResult(error, -1, -1);
  }
}
