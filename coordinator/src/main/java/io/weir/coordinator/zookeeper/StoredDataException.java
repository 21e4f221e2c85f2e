package io.weir.coordinator.zookeeper;

import io.weir.coordinator.CoordinationException;

/** Something in ZooKeeper is not what this version of weir writes. */
final class StoredDataException extends CoordinationException {
  private static final long serialVersionUID = 1L;

  StoredDataException(String message) {
    super(message);
  }

  StoredDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
