package io.weir.protocol.record;

/**
 * The bytes of a batch contradict themselves: a length, a count or a varint that cannot be true.
 */
public final class CorruptBatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CorruptBatchException(String message) {
    // Thrown on hostile input, possibly often: the message says it all, a stack trace would only
    // cost.
    super(message, null, false, false);
  }
}
