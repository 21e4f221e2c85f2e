package io.weir.replication.log;

/**
 * The disk has no room for what was to be written. The log is as it was before: nothing of it was
 * taken, and the next write may succeed.
 */
public final class DiskFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
