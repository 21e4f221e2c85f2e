package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads batches that this node or its peers have stored, so after validation: for the coordinators
 * and for tools. Where records are many and time is short, use {@link RecordCursor}, which
 * allocates nothing.
 *
 * <p>Stateless. Compressed batches are decompressed, each when its turn comes, within the bounds of
 * {@link RecordCursor#open(ByteBuf, int)}.
 */
public final class BatchReader {
  private BatchReader() {}

  /** Receives the index of a batch's first byte. */
  @FunctionalInterface
  public interface BatchVisitor {
    void batch(ByteBuf buffer, int index);
  }

  /**
   * Visits the batches between the buffer's reader and writer index, which stay where they are. A
   * last batch that is not whole (a fetch cut off at its size limit) is left out.
   *
   * @throws CorruptBatchException when a batch's length or format cannot be right
   */
  public static void forEachBatch(ByteBuf batches, BatchVisitor visitor) {
    int index = batches.readerIndex();
    int end = batches.writerIndex();
    while (end - index >= BatchHeader.SIZE) {
      int length = BatchHeader.batchLength(batches, index);
      if (length < BatchHeader.SIZE - BatchHeader.LENGTH_OVERHEAD) {
        throw new CorruptBatchException(
            "batch at byte %d has a length of %d".formatted(index, length));
      }
      if (length > end - index - BatchHeader.LENGTH_OVERHEAD) {
        return;
      }
      if (BatchHeader.magic(batches, index) != BatchHeader.MAGIC) {
        throw new CorruptBatchException(
            "batch at byte %d has format %d".formatted(index, BatchHeader.magic(batches, index)));
      }
      visitor.batch(batches, index);
      index += length + BatchHeader.LENGTH_OVERHEAD;
    }
  }

  /**
   * Gives the records of all whole batches in the buffer, in order; control batches are left out. A
   * record is a view of memory that may be gone when the consumer returns.
   *
   * @throws OversizedBatchException when a compressed batch holds more than is read
   * @throws CorruptBatchException when bytes and counts do not agree
   */
  public static void forEachRecord(ByteBuf batches, Consumer<BatchRecord> consumer) {
    forEachBatch(
        batches,
        (buffer, index) -> {
          if (!BatchHeader.isControl(buffer, index)) {
            try (RecordCursor cursor = RecordCursor.open(buffer, index)) {
              while (cursor.next()) {
                consumer.accept(current(cursor.buffer(), cursor));
              }
            }
          }
        });
  }

  /**
   * The records of the batch at that index, control or not: views of the buffer or, where it is
   * compressed, of a copy on the heap. Throws as {@link #forEachRecord}.
   */
  public static List<BatchRecord> records(ByteBuf buffer, int index) {
    List<BatchRecord> records = new ArrayList<>();
    try (RecordCursor cursor = RecordCursor.open(buffer, index)) {
      ByteBuf lasting = cursor.isDecompressed() ? Unpooled.copiedBuffer(cursor.buffer()) : buffer;
      while (cursor.next()) {
        records.add(current(lasting, cursor));
      }
    }
    return records;
  }

  private static BatchRecord current(ByteBuf buffer, RecordCursor cursor) {
    return new BatchRecord(
        cursor.offset(),
        cursor.timestampMs(),
        view(buffer, cursor.keyIndex(), cursor.keySize()),
        view(buffer, cursor.valueIndex(), cursor.valueSize()),
        headers(buffer, cursor));
  }

  private static List<BatchRecord.Header> headers(ByteBuf buffer, RecordCursor cursor) {
    if (cursor.headerCount() == 0) {
      return List.of();
    }
    List<BatchRecord.Header> headers = new ArrayList<>();
    cursor.forEachHeader((nameIndex, nameSize, valueIndex, valueSize) ->
        headers.add(
            new BatchRecord.Header(
                buffer.toString(nameIndex, nameSize, StandardCharsets.UTF_8),
                view(buffer, valueIndex, valueSize))));
    return headers;
  }

  private static @Nullable ByteBuffer view(ByteBuf buffer, int index, int size) {
    return size < 0 ? null : buffer.nioBuffer(index, size).asReadOnlyBuffer();
  }
}
