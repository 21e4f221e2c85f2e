package io.weir.replication;

import io.weir.protocol.model.ErrorCode;

/**
 * Answer to a {@link DeletionRequest}. Immutable.
 *
 * @param lowWatermark the smallest log start of all replicas that are alive, -1 with an error: no
 *     one of them has a record before it any more
 */
public record DeletionResult(ErrorCode error, long lowWatermark) {
  static DeletionResult failed(ErrorCode error) {
    return new DeletionResult(error, -1);
  }
}
