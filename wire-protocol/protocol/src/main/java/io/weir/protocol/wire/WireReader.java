package io.weir.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the protocol's primitive types from the readable bytes of a buffer, and moves its reader
 * index. Confined to one thread at a time.
 *
 * <p>Input is hostile: each length is compared with the bytes that are left before anything is
 * allocated for it. Whatever is wrong ends in a {@link MalformedMessageException}, and in nothing
 * else.
 *
 * <p>Where a type has two encodings, {@code compact} tells the one of flexible versions (length as
 * unsigned varint, plus one) from the older one.
 *
 * <p>Everything read is a copy, except records: these are retained slices of the buffer, owned by
 * the message that they are read into.
 */
public final class WireReader {
  private static final int NULL = -1;
  private static final int MAX_VARINT_BYTES = 5;
  private static final int MAX_VARLONG_BYTES = 10;

  /**
   * An element can be a single byte here and dozens in the heap, so their number is bounded too.
   * The largest messages in earnest, metadata of 100,000 partitions, stay below this.
   */
  private static final int MAX_ELEMENTS = 1 << 20;

  /**
   * Each byte that is not UTF-8 becomes a character of three bytes. Longer strings may grow beyond
   * what the older encoding holds, and then could not be repeated in an answer.
   */
  private static final int MAX_ECHOED_BYTES = Short.MAX_VALUE / 3;

  private final ByteBuf in;
  private final List<Records> records = new ArrayList<>(0);
  private int end;
  private int elementsLeft = MAX_ELEMENTS;

  /** The buffer stays the caller's. */
  public WireReader(ByteBuf in) {
    this.in = in;
    this.end = in.writerIndex();
  }

  /** Bytes that are left; inside a tagged field, those of the field. */
  public int remaining() {
    return end - in.readerIndex();
  }

  /** Zero is false, and all else is true. */
  public boolean readBoolean() {
    return readInt8() != 0;
  }

  public byte readInt8() {
    require(Byte.BYTES);
    return in.readByte();
  }

  public short readInt16() {
    require(Short.BYTES);
    return in.readShort();
  }

  public int readUint16() {
    require(Short.BYTES);
    return in.readUnsignedShort();
  }

  public int readInt32() {
    require(Integer.BYTES);
    return in.readInt();
  }

  public long readInt64() {
    require(Long.BYTES);
    return in.readLong();
  }

  public double readFloat64() {
    require(Double.BYTES);
    return in.readDouble();
  }

  public UUID readUuid() {
    require(2 * Long.BYTES);
    return new UUID(in.readLong(), in.readLong());
  }

  /** An unsigned number of 32 bits, seven to a byte, lowest first. */
  public int readUnsignedVarint() {
    int value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      int b = readInt8();
      value |= (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (i == MAX_VARINT_BYTES - 1 && b > 0x0f) {
          break;
        }
        return value;
      }
    }
    throw new MalformedMessageException("varint of more than 32 bits");
  }

  /** A signed number in zigzag encoding. */
  public int readVarint() {
    int raw = readUnsignedVarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** A signed number of 64 bits in zigzag encoding. */
  public long readVarlong() {
    long raw = 0;
    for (int i = 0; i < MAX_VARLONG_BYTES; i++) {
      int b = readInt8();
      raw |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        if (i == MAX_VARLONG_BYTES - 1 && b > 1) {
          break;
        }
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new MalformedMessageException("varlong of more than 64 bits");
  }

  public String readString(boolean compact) {
    return present(readNullableString(compact), "string");
  }

  public @Nullable String readNullableString(boolean compact) {
    int length = available(compact ? readUnsignedVarint() - 1 : readInt16(), "string");
    if (length == NULL) {
      return null;
    }
    String string = in.readString(length, StandardCharsets.UTF_8);
    if (!compact && length > MAX_ECHOED_BYTES && ByteBufUtil.utf8Bytes(string) > Short.MAX_VALUE) {
      throw new MalformedMessageException("string of " + length + " bytes that is not UTF-8");
    }
    return string;
  }

  /** A read-only copy, at position 0. */
  public ByteBuffer readBytes(boolean compact) {
    return present(readNullableBytes(compact), "bytes");
  }

  /** A read-only copy, at position 0. */
  public @Nullable ByteBuffer readNullableBytes(boolean compact) {
    int length = available(compact ? readUnsignedVarint() - 1 : readInt32(), "bytes");
    if (length == NULL) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** All that is left, without a length in front: a read-only copy, at position 0. */
  public ByteBuffer readRemaining() {
    byte[] bytes = new byte[remaining()];
    in.readBytes(bytes);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** A retained slice, which the caller owns. */
  public Records readRecords(boolean compact) {
    return present(readNullableRecords(compact), "records");
  }

  /** A retained slice, which the caller owns. */
  public @Nullable Records readNullableRecords(boolean compact) {
    int length = available(compact ? readUnsignedVarint() - 1 : readInt32(), "records");
    if (length == NULL) {
      return null;
    }
    Records slice = new BufferRecords(in.readRetainedSlice(length));
    records.add(slice);
    return slice;
  }

  /** Releases all records read so far: for a message that turned out to be malformed further on. */
  public void releaseRecords() {
    records.forEach(Records::release);
    records.clear();
  }

  /**
   * The number of elements of an array.
   *
   * @param minElementBytes what an element takes at least, above 0
   */
  public int readArrayLength(boolean compact, int minElementBytes) {
    int length = readNullableArrayLength(compact, minElementBytes);
    if (length == NULL) {
      throw new MalformedMessageException("null instead of an array");
    }
    return length;
  }

  /** As {@link #readArrayLength}, with -1 for null. */
  public int readNullableArrayLength(boolean compact, int minElementBytes) {
    int length = compact ? readUnsignedVarint() - 1 : readInt32();
    if (length < NULL || length > remaining() / minElementBytes) {
      throw new MalformedMessageException(
          "array of "
              + Integer.toUnsignedString(length)
              + " elements in "
              + remaining()
              + " bytes");
    }
    return length;
  }

  /**
   * Reads an array.
   *
   * @param minElementBytes what an element takes at least, above 0
   * @param element reads one
   * @return immutable
   */
  public <T> List<T> readList(boolean compact, int minElementBytes, Supplier<T> element) {
    return elements(readArrayLength(compact, minElementBytes), element);
  }

  /** As {@link #readList}, for an array that may be null. */
  public <T> @Nullable List<T> readNullableList(
      boolean compact, int minElementBytes, Supplier<T> element) {
    int length = readNullableArrayLength(compact, minElementBytes);
    return length == NULL ? null : elements(length, element);
  }

  private <T> List<T> elements(int length, Supplier<T> element) {
    elementsLeft -= length;
    if (elementsLeft < 0) {
      throw new MalformedMessageException("more than " + MAX_ELEMENTS + " elements in a message");
    }
    @SuppressWarnings("unchecked") // only elements go in, and the list makes a copy of its own
    T[] elements = (T[]) new Object[length];
    for (int i = 0; i < length; i++) {
      elements[i] = element.get();
    }
    return List.of(elements);
  }

  /** Whether a nullable struct is there. */
  public boolean readPresence() {
    byte presence = readInt8();
    if (presence != 1 && presence != NULL) {
      throw new MalformedMessageException("a struct's presence is neither 1 nor -1: " + presence);
    }
    return presence == 1;
  }

  /** As {@link #readPresence}, for a struct in a tagged field. */
  public boolean readTaggedPresence() {
    int presence = readUnsignedVarint();
    if (presence != 1 && presence != 0) {
      throw new MalformedMessageException(
          "a tagged struct's presence is neither 1 nor 0: " + Integer.toUnsignedString(presence));
    }
    return presence == 1;
  }

  /** How many tagged fields follow; each has a tag and two bytes at least. */
  public int readTagCount() {
    int count = readUnsignedVarint();
    if (count < 0 || count > remaining() / 2) {
      throw new MalformedMessageException(
          Integer.toUnsignedString(count) + " tagged fields in " + remaining() + " bytes");
    }
    return count;
  }

  /**
   * The tag of the next tagged field.
   *
   * @param previous the tag before it, or -1: tags are in ascending order, so that none comes twice
   */
  public int readTag(int previous) {
    int tag = readUnsignedVarint();
    if (tag <= previous) {
      throw new MalformedMessageException("tag " + tag + " after tag " + previous);
    }
    return tag;
  }

  /**
   * Reads the length of a tagged field and confines reading to that many bytes, until {@link
   * #endTaggedField}.
   *
   * @return to be passed to {@link #endTaggedField}
   */
  public int beginTaggedField() {
    int length = available(readUnsignedVarint(), "tagged field");
    if (length == NULL) {
      throw new MalformedMessageException("tagged field of 4 GiB");
    }
    int outerEnd = end;
    end = in.readerIndex() + length;
    return outerEnd;
  }

  /** The field must have been read to its end. */
  public void endTaggedField(int outerEnd) {
    if (remaining() != 0) {
      throw new MalformedMessageException(remaining() + " bytes too many in a tagged field");
    }
    end = outerEnd;
  }

  /** Skips a tagged field whose tag means nothing here. */
  public void skipTaggedField() {
    int outerEnd = beginTaggedField();
    in.readerIndex(end);
    endTaggedField(outerEnd);
  }

  /** Skips tagged fields of a struct that knows none. */
  public void skipTaggedFields() {
    int tag = -1;
    for (int left = readTagCount(); left > 0; left--) {
      tag = readTag(tag);
      skipTaggedField();
    }
  }

  private void require(int bytes) {
    if (remaining() < bytes) {
      throw new MalformedMessageException(bytes + " bytes wanted, " + remaining() + " left");
    }
  }

  private int available(int length, String what) {
    if (length < NULL || length > remaining()) {
      throw new MalformedMessageException(
          what + " of " + Integer.toUnsignedString(length) + " bytes, " + remaining() + " left");
    }
    return length;
  }

  private static <T> T present(@Nullable T value, String what) {
    if (value == null) {
      throw new MalformedMessageException("null instead of " + what);
    }
    return value;
  }
}
