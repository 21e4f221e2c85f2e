package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Batches for tests, and what a read gave as bytes. */
final class TestBatches {
  /**
   * Memory that the leak detector does not follow step by step: tests make batches by the ten
   * thousand.
   */
  private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

  private TestBatches() {}

  static ByteBuf batch(long baseOffset, int leaderEpoch, int records, long timestampMs) {
    return batch(baseOffset, leaderEpoch, records, timestampMs, 10);
  }

  /** The records' timestamps rise by one from the given one. */
  static ByteBuf batch(
      long baseOffset, int leaderEpoch, int records, long timestampMs, int valueBytes) {
    return build(new RecordBatchBuilder(HEAP), records, timestampMs, valueBytes)
        .apply(baseOffset, leaderEpoch);
  }

  static ByteBuf producerBatch(
      long baseOffset, long producerId, int producerEpoch, int firstSequence, int records) {
    return build(
            new RecordBatchBuilder(HEAP).producer(producerId, (short) producerEpoch, firstSequence),
            records,
            1000,
            10)
        .apply(baseOffset, 0);
  }

  static ByteBuf transactionalBatch(
      long baseOffset, long producerId, int producerEpoch, int firstSequence, int records) {
    return build(
            new RecordBatchBuilder(HEAP)
                .producer(producerId, (short) producerEpoch, firstSequence)
                .transactional(),
            records,
            1000,
            10)
        .apply(baseOffset, 0);
  }

  static ByteBuf marker(
      long offset, long producerId, int producerEpoch, int coordinatorEpoch, boolean commit) {
    ByteBuf marker =
        new EndMarker(coordinatorEpoch, commit).batch(producerId, (short) producerEpoch, 1000);
    ByteBuf copy = HEAP.buffer(marker.readableBytes()).writeBytes(marker);
    marker.release();
    BatchHeader.assignOffsets(copy, 0, offset, 0);
    return copy;
  }

  interface Placed {
    ByteBuf apply(long baseOffset, int leaderEpoch);
  }

  private static Placed build(
      RecordBatchBuilder builder, int records, long timestampMs, int valueBytes) {
    return (baseOffset, leaderEpoch) -> {
      builder.baseOffset(baseOffset).leaderEpoch(leaderEpoch);
      for (int i = 0; i < records; i++) {
        String value = "v" + (baseOffset + i);
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(valueBytes, value.length()));
        bytes.put(value.getBytes(StandardCharsets.UTF_8)).rewind();
        builder.append(timestampMs + i, null, bytes);
      }
      return builder.build();
    };
  }

  static byte[] bytes(ByteBuf batch) {
    byte[] bytes = new byte[batch.readableBytes()];
    batch.getBytes(batch.readerIndex(), bytes);
    return bytes;
  }

  /** The bytes as a string of as many characters, which is a value and can be compared. */
  static String text(ByteBuf batch) {
    return new String(bytes(batch), StandardCharsets.ISO_8859_1);
  }

  static String text(FileRecords records) {
    return new String(bytes(records), StandardCharsets.ISO_8859_1);
  }

  /** Reads a slice and releases it. */
  static byte[] bytes(FileRecords records) {
    try {
      ByteBuffer into = ByteBuffer.allocate(records.sizeInBytes());
      while (into.hasRemaining()) {
        if (records.channel().read(into, records.position() + into.position()) < 0) {
          throw new AssertionError("the slice is longer than its file");
        }
      }
      return into.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      records.release();
    }
  }

  /** Base offsets of the batches of a buffer. */
  static List<Long> baseOffsets(ByteBuf batches) {
    List<Long> offsets = new ArrayList<>();
    for (int i = batches.readerIndex();
        i < batches.writerIndex();
        i += BatchHeader.sizeInBytes(batches, i)) {
      offsets.add(BatchHeader.baseOffset(batches, i));
    }
    return offsets;
  }
}
