package io.weir.coordinator.state;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A record of a coordinator's topic in bytes. Immutable.
 *
 * @param value null for a tombstone
 */
public record EncodedRecord(ByteBuffer key, @Nullable ByteBuffer value) {
  /** The header of a batch. */
  public static final int BATCH_OVERHEAD = 61;

  /** More than lengths, deltas and attributes of any record take. */
  private static final int RECORD_OVERHEAD = 32;

  /** What the record takes in a batch, at most. */
  public int sizeInBatch() {
    return RECORD_OVERHEAD + key.remaining() + (value == null ? 0 : value.remaining());
  }
}
