package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one batch: for what the node itself writes, such as the offsets of groups, and for tools.
 * Confined to its user.
 *
 * <p>The builder owns its buffer until {@link #build} hands it over; {@link #close} frees it where
 * that never came, so that try-with-resources is safe. What is said of the batch may be said in any
 * order and at any time before {@link #build}, except for the delete horizon.
 */
public final class RecordBatchBuilder implements AutoCloseable {
  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf buffer;
  private Compression compression = Compression.NONE;
  private short attributes;
  private long baseOffset;
  private int leaderEpoch = -1;
  private long producerId = BatchHeader.NO_PRODUCER_ID;
  private short producerEpoch = BatchHeader.NO_PRODUCER_EPOCH;
  private int baseSequence = BatchHeader.NO_SEQUENCE;
  private long baseTimestampMs = BatchHeader.NO_TIMESTAMP;
  private long maxTimestampMs = BatchHeader.NO_TIMESTAMP;
  private long appendTimeMs = BatchHeader.NO_TIMESTAMP;
  private int lastOffsetDelta = -1;
  private int recordCount;

  public RecordBatchBuilder(ByteBufAllocator allocator) {
    this.allocator = allocator;
    this.buffer = allocator.buffer(512).writeZero(BatchHeader.SIZE);
  }

  /** Records are compressed by {@link #build}; without this they are not. */
  public RecordBatchBuilder compression(Compression how) {
    compression = how;
    return this;
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

  /** Makes that the timestamp of all records, instead of those that they are given. */
  public RecordBatchBuilder appendTime(long timestampMs) {
    attributes |= BatchHeader.APPEND_TIME_BIT;
    appendTimeMs = timestampMs;
    return this;
  }

  /**
   * Notes when the batch's tombstones, or its marker of a transaction, may go. The time takes the
   * place of the base timestamp, from which those of the records are then counted.
   *
   * @throws IllegalStateException when there are records already
   */
  public RecordBatchBuilder deleteHorizon(long timestampMs) {
    if (recordCount > 0) {
      throw new IllegalStateException("the delete horizon is counted from by all records");
    }
    attributes |= BatchHeader.DELETE_HORIZON_BIT;
    baseTimestampMs = timestampMs;
    return this;
  }

  /**
   * Makes the batch reach to that offset delta, beyond its last record: compaction removes records,
   * but neither offsets nor sequence numbers. With this a batch may have no records at all.
   *
   * @throws IllegalArgumentException when it lies before what the batch has already
   */
  public RecordBatchBuilder lastOffsetDelta(int offsetDelta) {
    if (offsetDelta < 0 || offsetDelta < lastOffsetDelta) {
      throw new IllegalArgumentException(offsetDelta + " is before " + lastOffsetDelta);
    }
    lastOffsetDelta = offsetDelta;
    return this;
  }

  public RecordBatchBuilder append(
      long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    return append(timestampMs, key, value, List.of());
  }

  /** Adds a record at the next offset. The positions of the given buffers stay where they are. */
  public RecordBatchBuilder append(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<BatchRecord.Header> headers) {
    return appendAt(lastOffsetDelta + 1, timestampMs, key, value, headers);
  }

  /**
   * Adds a record, perhaps with a gap before it.
   *
   * @param offsetDelta its offset less that of the batch; greater than those before it
   */
  public RecordBatchBuilder appendAt(
      int offsetDelta,
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<BatchRecord.Header> headers) {
    if (offsetDelta <= lastOffsetDelta) {
      throw new IllegalArgumentException(offsetDelta + " is not after " + lastOffsetDelta);
    }
    if (recordCount == 0) {
      maxTimestampMs = timestampMs;
      if ((attributes & BatchHeader.DELETE_HORIZON_BIT) == 0) {
        baseTimestampMs = timestampMs;
      }
    }
    ByteBuf body = allocator.buffer();
    try {
      body.writeByte(0);
      Varints.writeLong(body, timestampMs - baseTimestampMs);
      Varints.writeInt(body, offsetDelta);
      writeNullable(body, key);
      writeNullable(body, value);
      Varints.writeInt(body, headers.size());
      for (BatchRecord.Header header : headers) {
        byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
        Varints.writeInt(body, name.length);
        body.writeBytes(name);
        writeNullable(body, header.value());
      }
      Varints.writeInt(open(), body.readableBytes());
      open().writeBytes(body);
    } finally {
      body.release();
    }
    maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
    lastOffsetDelta = offsetDelta;
    recordCount++;
    return this;
  }

  public int recordCount() {
    return recordCount;
  }

  /** Bytes that the batch has so far, before they are compressed. */
  public int sizeInBytes() {
    return open().readableBytes();
  }

  /**
   * Finishes the batch and hands it over; the caller releases it. The builder is of no more use.
   *
   * @throws IllegalStateException when the batch covers no offset, which the protocol does not
   *     allow
   */
  public ByteBuf build() {
    if (lastOffsetDelta < 0) {
      throw new IllegalStateException("a batch needs at least one record, or an offset to reach");
    }
    compress();
    ByteBuf batch = open();
    batch.setLong(0, baseOffset);
    batch.setInt(BatchHeader.LENGTH_AT, batch.readableBytes() - BatchHeader.LENGTH_OVERHEAD);
    batch.setInt(BatchHeader.LEADER_EPOCH_AT, leaderEpoch);
    batch.setByte(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.setShort(BatchHeader.ATTRIBUTES_AT, attributes);
    batch.setInt(BatchHeader.LAST_OFFSET_DELTA_AT, lastOffsetDelta);
    batch.setLong(BatchHeader.BASE_TIMESTAMP_AT, baseTimestampMs);
    batch.setLong(
        BatchHeader.MAX_TIMESTAMP_AT,
        (attributes & BatchHeader.APPEND_TIME_BIT) == 0 ? maxTimestampMs : appendTimeMs);
    batch.setLong(BatchHeader.PRODUCER_ID_AT, producerId);
    batch.setShort(BatchHeader.PRODUCER_EPOCH_AT, producerEpoch);
    batch.setInt(BatchHeader.BASE_SEQUENCE_AT, baseSequence);
    batch.setInt(BatchHeader.RECORD_COUNT_AT, recordCount);
    batch.setInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0));
    buffer = null;
    return batch;
  }

  private void compress() {
    if (compression.type() == CompressionType.NONE || recordCount == 0) {
      return;
    }
    ByteBuf plain = open();
    buffer = allocator.directBuffer(512).writeZero(BatchHeader.SIZE);
    try {
      compression.compress(
          plain.slice(BatchHeader.SIZE, plain.readableBytes() - BatchHeader.SIZE), buffer);
    } finally {
      plain.release();
    }
    attributes |= (short) compression.type().id();
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
      Varints.writeInt(out, -1);
    } else {
      Varints.writeInt(out, bytes.remaining());
      out.writeBytes(bytes.duplicate());
    }
  }
}
