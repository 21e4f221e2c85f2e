package io.weir.protocol.wire;

/**
 * The bytes at hand are not the message that they should be: cut off, a length that lies, a value
 * that is not allowed. The one exception of decoding. It has no stack trace: what went wrong is in
 * the sender, and a flood of such input must stay cheap.
 */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String message) {
    super(message, null, false, false);
  }
}
