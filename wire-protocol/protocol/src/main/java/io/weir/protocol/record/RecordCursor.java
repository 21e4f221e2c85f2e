package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of one batch without allocating: each {@link #next} moves on to a record
 * whose fields the accessors then give. Believes nothing: every length is held against the bytes
 * that are there, and the batch's own bounds are never left. The batch's header and its length must
 * have been checked against the buffer before.
 *
 * <p>Confined to its user. The batch's buffer is only read, by absolute index, and not retained.
 * The records of a compressed batch are decompressed at once into a buffer of the cursor's own,
 * which {@link #close} gives back; indexes then are indexes of that one, so always of {@link
 * #buffer}.
 *
 * <pre>
 * record := size varint, attributes int8, timestampDelta varlong, offsetDelta varint,
 *           keySize varint (-1 null), key, valueSize varint (-1 null), value,
 *           headerCount varint, (nameSize varint, name, valueSize varint (-1 null), value)*
 * </pre>
 */
public final class RecordCursor implements AutoCloseable {
  /**
   * Compressed records may come to this much, whatever they are compressed to: usual clients fill a
   * batch up to 1 MB before compression, but the Java client goes by an estimate of what it will be
   * compressed to, so that very repetitive records come to tens of megabytes.
   */
  static final int USUAL_MAX_BYTES = 64 << 20;

  /** Where a topic allows large batches, their records may come to so many times their size... */
  static final int MAX_RATIO = 16;

  /** ...but never to more than this. */
  static final int MAX_BYTES = 1 << 30;

  private final ByteBuf buffer;
  private final @Nullable ByteBuf owned;
  private final int recordsEnd;
  private final int recordCount;
  private final long baseOffset;
  private final long baseTimestampMs;
  private final boolean appendTime;
  private final long maxTimestampMs;

  private boolean closed;
  private int position;
  private int limit;
  private int recordsRead;

  private int offsetDelta;
  private long timestampDelta;
  private int keyIndex;
  private int keySize;
  private int valueIndex;
  private int valueSize;
  private int headersIndex;
  private int headerCount;

  private RecordCursor(ByteBuf batch, int batchIndex, @Nullable ByteBuf decompressed) {
    this.recordCount = BatchHeader.recordCount(batch, batchIndex);
    this.baseOffset = BatchHeader.baseOffset(batch, batchIndex);
    this.baseTimestampMs = BatchHeader.baseTimestamp(batch, batchIndex);
    this.maxTimestampMs = BatchHeader.maxTimestamp(batch, batchIndex);
    this.appendTime = BatchHeader.timestampType(batch, batchIndex) == TimestampType.LOG_APPEND_TIME;
    this.owned = decompressed;
    if (decompressed == null) {
      this.buffer = batch;
      this.position = batchIndex + BatchHeader.SIZE;
      this.recordsEnd = batchIndex + BatchHeader.sizeInBytes(batch, batchIndex);
    } else {
      this.buffer = decompressed;
      this.position = decompressed.readerIndex();
      this.recordsEnd = decompressed.writerIndex();
    }
  }

  /**
   * Begins before the first record. What compressed records may come to is 64 MiB, or 16 times
   * their compressed size where that is more, and 1 GiB at most.
   *
   * @param batchIndex index of the batch's first byte; all its bytes are in the buffer
   * @throws OversizedBatchException when compressed records come to more
   * @throws CorruptBatchException when they cannot be decompressed
   */
  public static RecordCursor open(ByteBuf buffer, int batchIndex) {
    long bytes = (long) MAX_RATIO * BatchHeader.sizeInBytes(buffer, batchIndex);
    return open(
        buffer,
        batchIndex,
        Math.clamp(bytes, USUAL_MAX_BYTES, MAX_BYTES),
        ByteBufAllocator.DEFAULT);
  }

  /**
   * The same, with another bound.
   *
   * @param maxBytes that compressed records may come to
   * @param allocator where memory for them comes from
   */
  public static RecordCursor open(
      ByteBuf buffer, int batchIndex, int maxBytes, ByteBufAllocator allocator) {
    int size = BatchHeader.sizeInBytes(buffer, batchIndex) - BatchHeader.SIZE;
    if (!BatchHeader.isCompressed(buffer, batchIndex) || size == 0) {
      return new RecordCursor(buffer, batchIndex, null);
    }
    CompressionType type = BatchHeader.compressionType(buffer, batchIndex);
    try {
      if (type == null) {
        throw new CorruptBatchException(
            "unknown codec " + BatchHeader.compressionId(buffer, batchIndex));
      }
      ByteBuf compressed = buffer.slice(batchIndex + BatchHeader.SIZE, size);
      return new RecordCursor(
          buffer, batchIndex, Compression.decompress(type, compressed, maxBytes, allocator));
    } catch (CorruptBatchException e) {
      throw e.inBatch(BatchHeader.baseOffset(buffer, batchIndex));
    }
  }

  /** Gives back what the records were decompressed into. Nothing of them may be used after that. */
  @Override
  public void close() {
    if (owned != null && !closed) {
      closed = true;
      owned.release();
    }
  }

  /** Whether {@link #buffer} is one that {@link #close} gives back, and not the batch's own. */
  boolean isDecompressed() {
    return owned != null;
  }

  /** What the indexes of keys, values and headers belong to. */
  public ByteBuf buffer() {
    return buffer;
  }

  /**
   * Moves to the next record.
   *
   * @return false after the last one, when the batch's bytes have been used up to the last
   * @throws CorruptBatchException when bytes and counts do not agree
   */
  public boolean next() {
    if (recordsRead >= recordCount) {
      if (position != recordsEnd) {
        throw corrupt("has %d bytes after its last record".formatted(recordsEnd - position));
      }
      return false;
    }
    limit = recordsEnd;
    int size = readVarint();
    if (size < 0 || size > recordsEnd - position) {
      throw corrupt(
          "has a record of %d bytes where %d are left".formatted(size, recordsEnd - position));
    }
    limit = position + size;
    readRecord();
    if (position != limit) {
      throw corrupt("has a record with %d bytes too many".formatted(limit - position));
    }
    recordsRead++;
    return true;
  }

  private void readRecord() {
    readByte(); // a record's own attributes: none are defined
    timestampDelta = readVarlong();
    offsetDelta = readVarint();
    keySize = readNullableSize("key");
    keyIndex = position;
    skip(keySize);
    valueSize = readNullableSize("value");
    valueIndex = position;
    skip(valueSize);
    headerCount = readVarint();
    if (headerCount < 0) {
      throw corrupt("has a record with %d headers".formatted(headerCount));
    }
    headersIndex = position;
    for (int i = 0; i < headerCount; i++) {
      skip(readSize("header name"));
      skip(readNullableSize("header value"));
    }
  }

  public long offset() {
    return baseOffset + offsetDelta;
  }

  public int offsetDelta() {
    return offsetDelta;
  }

  /** The record's timestamp; that of the append, where the batch says that this counts. */
  public long timestampMs() {
    return appendTime ? maxTimestampMs : baseTimestampMs + timestampDelta;
  }

  /** Index of the key's first byte; meaningless where {@link #keySize} is not positive. */
  public int keyIndex() {
    return keyIndex;
  }

  /** -1 for a null key. */
  public int keySize() {
    return keySize;
  }

  /** Index of the value's first byte; meaningless where {@link #valueSize} is not positive. */
  public int valueIndex() {
    return valueIndex;
  }

  /** -1 for a null value. */
  public int valueSize() {
    return valueSize;
  }

  public int headerCount() {
    return headerCount;
  }

  /**
   * Hands the current record's headers to the visitor, in their order. Does not move the cursor.
   */
  public void forEachHeader(HeaderVisitor visitor) {
    int resumeAt = position;
    position = headersIndex;
    for (int i = 0; i < headerCount; i++) {
      int nameSize = readSize("header name");
      int nameIndex = position;
      skip(nameSize);
      int size = readNullableSize("header value");
      visitor.header(nameIndex, nameSize, position, size);
      skip(size);
    }
    position = resumeAt;
  }

  /** Receives a header as indexes into the buffer. */
  @FunctionalInterface
  public interface HeaderVisitor {
    /** Called once for each header; a value size of -1 stands for a null value. */
    void header(int nameIndex, int nameSize, int valueIndex, int valueSize);
  }

  private int readSize(String what) {
    int size = readVarint();
    if (size < 0 || size > limit - position) {
      throw corrupt(
          "has a %s of %d bytes where %d are left".formatted(what, size, limit - position));
    }
    return size;
  }

  private int readNullableSize(String what) {
    int size = readVarint();
    if (size < -1 || size > limit - position) {
      throw corrupt(
          "has a %s of %d bytes where %d are left".formatted(what, size, limit - position));
    }
    return size;
  }

  private void skip(int size) {
    position += Math.max(size, 0);
  }

  private byte readByte() {
    if (position >= limit) {
      throw corrupt("has a record that ends early");
    }
    return buffer.getByte(position++);
  }

  private int readVarint() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = readByte();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw corrupt("has a varint of more than 5 bytes");
  }

  private long readVarlong() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int b = readByte();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw corrupt("has a varlong of more than 10 bytes");
  }

  private CorruptBatchException corrupt(String what) {
    return new CorruptBatchException("batch at offset %d %s".formatted(baseOffset, what));
  }
}
