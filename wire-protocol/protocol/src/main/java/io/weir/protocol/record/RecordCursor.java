package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private static final int MAX_VARINT_BYTES = 5;
  private static final int MAX_VARLONG_BYTES = 10;

  /** Bytes that are read at once. */
  private static final int WORD = Long.BYTES;

  private final ByteBuf buffer;

  /**
   * The buffer's records. Unlike the buffer itself, a view does not look at a reference count for
   * each byte, which takes longer than to read it.
   */
  private final ByteBuffer view;

  /** Index in the buffer of the view's first byte. */
  private final int origin;

  private final @Nullable ByteBuf owned;
  private final int recordsEnd;
  private final int recordCount;
  private final long baseOffset;
  private final long baseTimestampMs;
  private final boolean appendTime;
  private final long maxTimestampMs;

  private boolean closed;
  private int position;
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
    this.origin = position;
    // Sliced, since a buffer over a read-only ByteBuffer gives a view that does not begin at 0.
    this.view =
        buffer
            .nioBuffer(position, recordsEnd - position)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN); // of words, a number's first byte is the lowest then
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
    if (!readUsualRecord()) {
      readAnyRecord();
    }
    recordsRead++;
    return true;
  }

  /**
   * Reads a record as nearly all are: sizes and deltas of one byte or two, a key of less than 64
   * bytes, no headers. Its numbers before the key come out of one read of eight bytes, those before
   * the value out of another, instead of one at a time.
   *
   * @return false, with the position where it was, when the record is another kind, lies too near
   *     to the end of the batch for such reads, or is wrong: {@link #readAnyRecord} finds out which
   */
  private boolean readUsualRecord() {
    int start = position - origin;
    int last = recordsEnd - origin - WORD;
    if (start > last) {
      return false;
    }
    long word = view.getLong(start);
    int size = firstVarint(word);
    int read = firstVarintBytes(word);
    int end = start + read + zigzag(size);
    word >>>= (read + 1) << 3; // the attributes too
    int timestampRaw = firstVarint(word);
    int timestampBytes = firstVarintBytes(word);
    word >>>= timestampBytes << 3;
    int offsetRaw = firstVarint(word);
    int offsetBytes = firstVarintBytes(word);
    word >>>= offsetBytes << 3;
    int keyRaw = (int) word & 0xff;
    int keyAt = start + read + timestampBytes + offsetBytes + 2;
    int keyBytes = zigzag(keyRaw);
    int valueSizeAt = keyAt + Math.max(keyBytes, 0);
    if ((size | timestampRaw | offsetRaw) < 0 || keyRaw > 0x7f || valueSizeAt > last) {
      return false;
    }
    word = view.getLong(valueSizeAt);
    int valueRaw = firstVarint(word);
    int valueBytes = zigzag(valueRaw);
    int valueAt = valueSizeAt + firstVarintBytes(word);
    int headerCountAt = valueAt + Math.max(valueBytes, 0);
    if (valueRaw < 0
        || headerCountAt + 1 != end
        || keyBytes < -1
        || valueBytes < -1
        || end > last + WORD
        || view.get(headerCountAt) != 0) {
      return false;
    }
    timestampDelta = zigzag(timestampRaw);
    offsetDelta = zigzag(offsetRaw);
    keySize = keyBytes;
    keyIndex = origin + keyAt;
    valueSize = valueBytes;
    valueIndex = origin + valueAt;
    headerCount = 0;
    headersIndex = origin + end;
    position = origin + end;
    return true;
  }

  /** The number of one byte or two in the lowest bytes of a word; -1 for a longer one. */
  private static int firstVarint(long word) {
    int low = (int) word;
    if ((low & 0x80) == 0) {
      return low & 0x7f;
    }
    return (low & 0x8000) == 0 ? (low & 0x7f) | ((low & 0x7f00) >>> 1) : -1;
  }

  /** How many bytes {@link #firstVarint} takes. */
  private static int firstVarintBytes(long word) {
    return (word & 0x80) == 0 ? 1 : 2;
  }

  private void readAnyRecord() {
    int size = varint(position, recordsEnd);
    int start = afterVarint(position, recordsEnd);
    if (size < 0 || size > recordsEnd - start) {
      throw corrupt(
          "has a record of %d bytes where %d are left".formatted(size, recordsEnd - start));
    }
    int end = start + size;
    int readTo = readRecord(start, end);
    if (readTo != end) {
      throw corrupt("has a record with %d bytes too many".formatted(end - readTo));
    }
    position = end; // the same as readTo, but the processor knows it long before
  }

  private int readRecord(int start, int limit) {
    int at = start + 1; // a record's own attributes: none are defined
    timestampDelta = varlong(at, limit);
    at = afterVarint(at, limit);
    offsetDelta = varint(at, limit);
    at = afterVarint(at, limit);
    keySize = nullableSize(at, limit, "key");
    keyIndex = afterVarint(at, limit);
    at = skip(keyIndex, keySize);
    valueSize = nullableSize(at, limit, "value");
    valueIndex = afterVarint(at, limit);
    at = skip(valueIndex, valueSize);
    headerCount = varint(at, limit);
    if (headerCount < 0) {
      throw corrupt("has a record with %d headers".formatted(headerCount));
    }
    headersIndex = afterVarint(at, limit);
    at = headersIndex;
    for (int i = 0; i < headerCount; i++) {
      int valueAt = afterHeaderName(at, limit);
      int valueBytes = nullableSize(valueAt, limit, "header value");
      at = skip(afterVarint(valueAt, limit), valueBytes);
    }
    return at;
  }

  private int afterHeaderName(int at, int limit) {
    return skip(afterVarint(at, limit), size(at, limit, "header name"));
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
    int at = headersIndex;
    for (int i = 0; i < headerCount; i++) {
      int nameSize = size(at, position, "header name");
      int nameIndex = afterVarint(at, position);
      int valueAt = skip(nameIndex, nameSize);
      int valueBytes = nullableSize(valueAt, position, "header value");
      int valueStart = afterVarint(valueAt, position);
      visitor.header(nameIndex, nameSize, valueStart, valueBytes);
      at = skip(valueStart, valueBytes);
    }
  }

  /** Receives a header as indexes into the buffer. */
  @FunctionalInterface
  public interface HeaderVisitor {
    /** Called once for each header; a value size of -1 stands for a null value. */
    void header(int nameIndex, int nameSize, int valueIndex, int valueSize);
  }

  // A number and the index after it are found out apart from each other: the index then depends on
  // branches alone, which the processor foresees, and it reads many records at once. Nearly all
  // numbers have one byte or two.

  private int size(int at, int limit, String what) {
    int size = nullableSize(at, limit, what);
    if (size < 0) {
      throw corrupt("has a %s of -1 bytes".formatted(what));
    }
    return size;
  }

  private int nullableSize(int at, int limit, String what) {
    int size = varint(at, limit);
    if (size < -1 || size > limit - afterVarint(at, limit)) {
      throw corrupt(
          "has a %s of %d bytes where %d are left"
              .formatted(what, size, limit - afterVarint(at, limit)));
    }
    return size;
  }

  private static int skip(int at, int size) {
    return size > 0 ? at + size : at;
  }

  private int byteAt(int at, int limit) {
    if (at >= limit) {
      throw corrupt("has a record that ends early");
    }
    return view.get(at - origin);
  }

  private int varint(int at, int limit) {
    int first = byteAt(at, limit);
    if (first >= 0) {
      return zigzag(first);
    }
    int second = byteAt(at + 1, limit);
    return second >= 0 ? zigzag((first & 0x7f) | (second << 7)) : longVarint(at, limit);
  }

  private int longVarint(int at, int limit) {
    int value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      int b = byteAt(at + i, limit);
      value |= (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return zigzag(value);
      }
    }
    throw corrupt("has a varint of more than 5 bytes");
  }

  private long varlong(int at, int limit) {
    int first = byteAt(at, limit);
    return first >= 0 ? zigzag(first) : longVarlong(at, limit);
  }

  private long longVarlong(int at, int limit) {
    long value = 0;
    for (int i = 0; i < MAX_VARLONG_BYTES; i++) {
      int b = byteAt(at + i, limit);
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw corrupt("has a varlong of more than 10 bytes");
  }

  /** Where the number ends that begins there and has been read. */
  private int afterVarint(int at, int limit) {
    if (byteAt(at, limit) >= 0) {
      return at + 1;
    }
    return byteAt(at + 1, limit) >= 0 ? at + 2 : afterLongVarint(at, limit);
  }

  private int afterLongVarint(int at, int limit) {
    int end = at;
    while (byteAt(end, limit) < 0) {
      end++;
    }
    return end + 1;
  }

  private static int zigzag(int raw) {
    return (raw >>> 1) ^ -(raw & 1);
  }

  private CorruptBatchException corrupt(String what) {
    return new CorruptBatchException("batch at offset %d %s".formatted(baseOffset, what));
  }
}
