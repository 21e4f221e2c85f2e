package io.weir.replication.log;

/**
 * The disk under a log did not do what was asked: a full disk, an I/O error, damage where none may
 * be. The log refuses everything from then on, since what is in its files is no longer known; the
 * partition has to move.
 */
public final class LogFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogFailure(String message) {
    super(message);
  }

  public LogFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
