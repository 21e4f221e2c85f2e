package io.weir.replication.log;

/**
 * A log directory cannot be used as it is; the message is one line for the operator: what is wrong,
 * and what to do.
 */
public final class LogDirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogDirectoryException(String message) {
    super(message);
  }

  public LogDirectoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
