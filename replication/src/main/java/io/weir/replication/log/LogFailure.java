package io.weir.replication.log;

/**
 * The disk under a log did not do what was asked: a full disk, an I/O error, damage where none may
 * be. The log refuses everything from then on, since what is in its files is no longer known; the
 * partition has to move.
 */
public final class LogFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean ofDirectory;

  public LogFailure(String message) {
    super(message);
    this.ofDirectory = false;
  }

  public LogFailure(String message, Throwable cause) {
    this(message, cause, cause instanceof LogFailure failure && failure.ofDirectory);
  }

  /**
   * @param ofDirectory whether no log of the directory can be trusted any more: something could not
   *     be put on disk
   */
  LogFailure(String message, Throwable cause, boolean ofDirectory) {
    super(message, cause);
    this.ofDirectory = ofDirectory;
  }

  /** Whether it takes the whole directory out of service, not this log alone. */
  public boolean isOfDirectory() {
    return ofDirectory;
  }
}
