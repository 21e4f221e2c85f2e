package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one uncompressed batch: for what the node itself writes, such as the offsets of groups.
 * Confined to its user.
 *
 * <p>The builder owns its buffer until {@link #build} hands it over; {@link #close} frees it where
 * that never came, so that try-with-resources is safe.
 */
public final class RecordBatchBuilder implements AutoCloseable {
  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf buffer;
  private short attributes;
  private long baseOffset;
  private int leaderEpoch = -1;
  private long producerId = BatchHeader.NO_PRODUCER_ID;
  private short producerEpoch = BatchHeader.NO_PRODUCER_EPOCH;
  private int baseSequence = BatchHeader.NO_SEQUENCE;
  private long baseTimestampMs = BatchHeader.NO_TIMESTAMP;
  private long maxTimestampMs = BatchHeader.NO_TIMESTAMP;
  private int recordCount;

  public RecordBatchBuilder(ByteBufAllocator allocator) {
    this.allocator = allocator;
    this.buffer = allocator.buffer(512).writeZero(BatchHeader.SIZE);
  }

  /** Where the batch begins in the log; 0 until the leader assigns it. */
  public RecordBatchBuilder baseOffset(long offset) {
    baseOffset = offset;
    return this;
  }

  /** -1 until the leader assigns it. */
  public RecordBatchBuilder leaderEpoch(int epoch) {
    leaderEpoch = epoch;
    return this;
  }

  /** Makes the batch one of an idempotent producer. */
  public RecordBatchBuilder producer(long id, short epoch, int firstSequence) {
    producerId = id;
    producerEpoch = epoch;
    baseSequence = firstSequence;
    return this;
  }

  public RecordBatchBuilder transactional() {
    attributes |= BatchHeader.TRANSACTIONAL_BIT;
    return this;
  }

  /** Makes the batch a control batch, which clients read over. */
  public RecordBatchBuilder control() {
    attributes |= BatchHeader.CONTROL_BIT;
    return this;
  }

  public RecordBatchBuilder append(
      long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    return append(timestampMs, key, value, List.of());
  }

  /** Adds a record. The positions of the given buffers stay where they are. */
  public RecordBatchBuilder append(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<BatchRecord.Header> headers) {
    if (recordCount == 0) {
      baseTimestampMs = timestampMs;
      maxTimestampMs = timestampMs;
    }
    maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
    ByteBuf body = allocator.buffer();
    try {
      body.writeByte(0);
      writeVarlong(body, timestampMs - baseTimestampMs);
      writeVarint(body, recordCount);
      writeNullable(body, key);
      writeNullable(body, value);
      writeVarint(body, headers.size());
      for (BatchRecord.Header header : headers) {
        byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
        writeVarint(body, name.length);
        body.writeBytes(name);
        writeNullable(body, header.value());
      }
      writeVarint(open(), body.readableBytes());
      open().writeBytes(body);
    } finally {
      body.release();
    }
    recordCount++;
    return this;
  }

  public int recordCount() {
    return recordCount;
  }

  /** Bytes that {@link #build} would give now. */
  public int sizeInBytes() {
    return open().readableBytes();
  }

  /**
   * Finishes the batch and hands it over; the caller releases it. The builder is of no more use.
   *
   * @throws IllegalStateException when the batch has no records, which the protocol does not allow
   */
  public ByteBuf build() {
    if (recordCount == 0) {
      throw new IllegalStateException("a batch needs at least one record");
    }
    ByteBuf batch = open();
    batch.setLong(0, baseOffset);
    batch.setInt(BatchHeader.LENGTH_AT, batch.readableBytes() - BatchHeader.LENGTH_OVERHEAD);
    batch.setInt(BatchHeader.LEADER_EPOCH_AT, leaderEpoch);
    batch.setByte(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.setShort(BatchHeader.ATTRIBUTES_AT, attributes);
    batch.setInt(BatchHeader.LAST_OFFSET_DELTA_AT, recordCount - 1);
    batch.setLong(BatchHeader.BASE_TIMESTAMP_AT, baseTimestampMs);
    batch.setLong(BatchHeader.MAX_TIMESTAMP_AT, maxTimestampMs);
    batch.setLong(BatchHeader.PRODUCER_ID_AT, producerId);
    batch.setShort(BatchHeader.PRODUCER_EPOCH_AT, producerEpoch);
    batch.setInt(BatchHeader.BASE_SEQUENCE_AT, baseSequence);
    batch.setInt(BatchHeader.RECORD_COUNT_AT, recordCount);
    batch.setInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0));
    buffer = null;
    return batch;
  }

  @Override
  public void close() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }

  private ByteBuf open() {
    if (buffer == null) {
      throw new IllegalStateException("this batch has been handed over or closed");
    }
    return buffer;
  }

  private static void writeNullable(ByteBuf out, @Nullable ByteBuffer bytes) {
    if (bytes == null) {
      writeVarint(out, -1);
    } else {
      writeVarint(out, bytes.remaining());
      out.writeBytes(bytes.duplicate());
    }
  }

  private static void writeVarint(ByteBuf out, int value) {
    int rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) != 0) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  private static void writeVarlong(ByteBuf out, long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.writeByte(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
