package io.weir.protocol.record;

/**
 * Record batches, one after the other, as the wire and the log have them. Whoever holds one owns
 * it, and releases it once.
 */
public sealed interface Records permits BufferRecords, FileRecords {
  /** Length of all batches in bytes. */
  int sizeInBytes();

  /** Gives back what holds the bytes; they must not be used after that. */
  void release();
}
