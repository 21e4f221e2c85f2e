package io.weir.protocol.record;

/**
 * The bytes of a batch contradict themselves: a length, a count or a varint that cannot be true, or
 * compressed bytes that its codec did not write. All that can come of a batch's bytes.
 */
public sealed class CorruptBatchException extends RuntimeException permits OversizedBatchException {
  private static final long serialVersionUID = 1L;

  public CorruptBatchException(String message) {
    // Thrown on hostile input, possibly often: the message says it all, a stack trace would only
    // cost.
    super(message, null, false, false);
  }

  /** The same, said of the batch with that base offset. */
  CorruptBatchException inBatch(long baseOffset) {
    return new CorruptBatchException(messageInBatch(baseOffset));
  }

  final String messageInBatch(long baseOffset) {
    return "batch at offset %d: %s".formatted(baseOffset, getMessage());
  }
}
