package io.weir.broker.handler;

import io.weir.protocol.model.ErrorCode;

/**
 * KAFKA_STORAGE_ERROR came late to some APIs; older versions get the error that makes their clients
 * look for another leader.
 */
final class StorageErrors {
  private StorageErrors() {}

  static ErrorCode inVersion(ErrorCode error, int version, int knownFrom) {
    return error == ErrorCode.KAFKA_STORAGE_ERROR && version < knownFrom
        ? ErrorCode.NOT_LEADER_OR_FOLLOWER
        : error;
  }
}
