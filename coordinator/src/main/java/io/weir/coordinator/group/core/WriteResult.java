package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;

/**
 * How a write ended, in the words of the log. Immutable.
 *
 * @param logError NONE when the records are committed
 */
record WriteResult(ErrorCode logError) {
  static final WriteResult COMMITTED = new WriteResult(ErrorCode.NONE);

  /** Not tried, since too much is under way, or still under way after the time allowed. */
  static final WriteResult UNAVAILABLE = new WriteResult(ErrorCode.REQUEST_TIMED_OUT);

  boolean isCommitted() {
    return logError == ErrorCode.NONE;
  }

  /** What a committer of offsets is told. */
  ErrorCode forCommit() {
    return isTooLarge() ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE : forGroup();
  }

  /** What members, and those who delete a group, are told. */
  ErrorCode forGroup() {
    if (isTooLarge()) {
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    }
    return switch (logError) {
      case UNKNOWN_TOPIC_OR_PARTITION,
          NOT_ENOUGH_REPLICAS,
          NOT_ENOUGH_REPLICAS_AFTER_APPEND,
          REQUEST_TIMED_OUT ->
          ErrorCode.COORDINATOR_NOT_AVAILABLE;
      case NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH, KAFKA_STORAGE_ERROR ->
          ErrorCode.NOT_COORDINATOR;
      default -> logError;
    };
  }

  private boolean isTooLarge() {
    return switch (logError) {
      case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> true;
      default -> false;
    };
  }
}
