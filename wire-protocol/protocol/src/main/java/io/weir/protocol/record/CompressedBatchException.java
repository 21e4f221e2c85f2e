package io.weir.protocol.record;

/**
 * The records of a batch were asked for one by one, but they are compressed with a codec that is
 * not built in.
 */
public final class CompressedBatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CompressedBatchException(String message) {
    super(message);
  }
}
