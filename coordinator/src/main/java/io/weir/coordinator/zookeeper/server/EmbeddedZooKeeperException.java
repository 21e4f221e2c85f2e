package io.weir.coordinator.zookeeper.server;

/**
 * An embedded ZooKeeper server could not start: an operating failure, such as a port that is taken
 * or a folder that cannot be written. The message is one line that says what happened; what to do
 * about it depends on the caller.
 */
public final class EmbeddedZooKeeperException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedZooKeeperException(String message, Throwable cause) {
    super(message, cause);
  }
}
