package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.protocol.record.RecordCursor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The record of a control batch that ends a transaction. Immutable.
 *
 * <pre>
 * key:   version int16, type int16 (0 abort, 1 commit; others are no end of a transaction)
 * value: version int16, coordinatorEpoch int32
 * </pre>
 */
public record EndMarker(int coordinatorEpoch, boolean commit) {
  /** A marker is far smaller; what is larger is no marker. */
  private static final int MAX_BATCH_BYTES = 1024;

  private static final short VERSION = 0;
  private static final short ABORT = 0;
  private static final short COMMIT = 1;
  private static final int KEY_BYTES = 4;
  private static final int VALUE_BYTES = 6;

  /** The control batch, without its place in the log; the caller releases it. */
  public ByteBuf batch(long producerId, short producerEpoch, long timestampMs) {
    ByteBuffer key = ByteBuffer.allocate(KEY_BYTES).putShort(VERSION);
    key.putShort(commit ? COMMIT : ABORT).flip();
    ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES).putShort(VERSION);
    value.putInt(coordinatorEpoch).flip();
    try (RecordBatchBuilder builder = new RecordBatchBuilder(ByteBufAllocator.DEFAULT)) {
      return builder
          .producer(producerId, producerEpoch, BatchHeader.NO_SEQUENCE)
          .transactional()
          .control()
          .append(timestampMs, key, value)
          .build();
    }
  }

  /**
   * Reads a control batch; null when it does not end a transaction.
   *
   * @param buffer holds the whole batch where that is small, as a {@link HeaderScanner} sees to
   */
  static @Nullable EndMarker read(ByteBuf buffer, int index) {
    if (BatchHeader.sizeInBytes(buffer, index) > MAX_BATCH_BYTES) {
      return null;
    }
    try (RecordCursor record = RecordCursor.open(buffer, index)) {
      if (!record.next() || record.keySize() < KEY_BYTES || record.valueSize() < VALUE_BYTES) {
        return null;
      }
      short type = record.buffer().getShort(record.keyIndex() + Short.BYTES);
      int coordinatorEpoch = record.buffer().getInt(record.valueIndex() + Short.BYTES);
      return type == ABORT || type == COMMIT
          ? new EndMarker(coordinatorEpoch, type == COMMIT)
          : null;
    } catch (CorruptBatchException e) {
      throw new LogFailure(
          "a marker at %d: %s".formatted(BatchHeader.baseOffset(buffer, index), e));
    }
  }
}
