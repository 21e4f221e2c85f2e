package io.weir.broker.netty;

/**
 * A peer's bytes cannot be a request; its connection is closed. Without a stack trace, since peers
 * can cause it at will.
 */
public final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadFrameException(String message) {
    super(message, null, false, false);
  }
}
