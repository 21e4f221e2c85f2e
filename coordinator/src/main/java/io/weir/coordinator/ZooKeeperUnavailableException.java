package io.weir.coordinator;

/** ZooKeeper does not answer. */
public final class ZooKeeperUnavailableException extends CoordinationException {
  private static final long serialVersionUID = 1L;

  public ZooKeeperUnavailableException(String message) {
    super(message);
  }

  public ZooKeeperUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
