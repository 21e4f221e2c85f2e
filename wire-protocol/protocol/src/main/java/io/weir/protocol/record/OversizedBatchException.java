package io.weir.protocol.record;

/** The records of a compressed batch have more bytes than their reader is ready to hold. */
public final class OversizedBatchException extends CorruptBatchException {
  private static final long serialVersionUID = 1L;

  public OversizedBatchException(String message) {
    super(message);
  }

  @Override
  OversizedBatchException inBatch(long baseOffset) {
    return new OversizedBatchException(messageInBatch(baseOffset));
  }
}
