package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;

/**
 * Walks over the records of one uncompressed batch without allocating: each {@link #next} moves on
 * to a record whose fields the accessors then give. Believes nothing: every length is held against
 * the bytes that are there, and the batch's own bounds are never left. The batch's header and its
 * length must have been checked against the buffer before.
 *
 * <p>Confined to its user. The buffer is only read, by absolute index, and not retained.
 *
 * <pre>
 * record := size varint, attributes int8, timestampDelta varlong, offsetDelta varint,
 *           keySize varint (-1 null), key, valueSize varint (-1 null), value,
 *           headerCount varint, (nameSize varint, name, valueSize varint (-1 null), value)*
 * </pre>
 */
public final class RecordCursor {
  private final ByteBuf buffer;
  private final int batchIndex;
  private final int batchEnd;
  private final int recordCount;
  private final long baseOffset;
  private final long baseTimestampMs;
  private final boolean appendTime;
  private final long maxTimestampMs;

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

  /**
   * @param batchIndex index of the batch's first byte; all its bytes are in the buffer
   * @throws CompressedBatchException when the batch is compressed
   */
  public RecordCursor(ByteBuf buffer, int batchIndex) {
    if (BatchHeader.isCompressed(buffer, batchIndex)) {
      throw new CompressedBatchException(
          "batch at offset %d is compressed (%s)"
              .formatted(
                  BatchHeader.baseOffset(buffer, batchIndex),
                  BatchHeader.compressionType(buffer, batchIndex)));
    }
    this.buffer = buffer;
    this.batchIndex = batchIndex;
    this.batchEnd = batchIndex + BatchHeader.sizeInBytes(buffer, batchIndex);
    this.recordCount = BatchHeader.recordCount(buffer, batchIndex);
    this.baseOffset = BatchHeader.baseOffset(buffer, batchIndex);
    this.baseTimestampMs = BatchHeader.baseTimestamp(buffer, batchIndex);
    this.maxTimestampMs = BatchHeader.maxTimestamp(buffer, batchIndex);
    this.appendTime =
        BatchHeader.timestampType(buffer, batchIndex) == TimestampType.LOG_APPEND_TIME;
    this.position = batchIndex + BatchHeader.SIZE;
  }

  /**
   * Moves to the next record.
   *
   * @return false after the last one, when the batch's bytes have been used up to the last
   * @throws CorruptBatchException when bytes and counts do not agree
   */
  public boolean next() {
    if (recordsRead >= recordCount) {
      if (position != batchEnd) {
        throw corrupt("has %d bytes after its last record".formatted(batchEnd - position));
      }
      return false;
    }
    limit = batchEnd;
    int size = readVarint();
    if (size < 0 || size > batchEnd - position) {
      throw corrupt(
          "has a record of %d bytes where %d are left".formatted(size, batchEnd - position));
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
    return new CorruptBatchException(
        "batch at offset %d (byte %d of the buffer) %s".formatted(baseOffset, batchIndex, what));
  }
}
