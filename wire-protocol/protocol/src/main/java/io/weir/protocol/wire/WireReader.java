package io.weir.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the protocol's primitive types from the readable bytes of a buffer. Confined to one thread
 * at a time. The buffer must be held, and left alone, until reading is over; its reader index moves
 * when a message has been read to its end.
 *
 * <p>Input is hostile: each length is compared with the bytes that are left before anything is
 * allocated for it. Whatever is wrong ends in a {@link MalformedMessageException}, and in nothing
 * else.
 *
 * <p>Where a type has two encodings, {@code compact} tells the one of flexible versions (length as
 * unsigned varint, plus one) from the older one.
 *
 * <p>Everything read is a copy, except records: these stay where they are in the buffer, with a
 * reference for each, owned by the message that they are read into.
 */
public final class WireReader {
  private static final int NULL = -1;
  private static final int MAX_VARINT_BYTES = 5;

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

  private final ByteBuf frame;

  /** Where position 0 of the view lies in the frame; some kinds of buffers give views of more. */
  private final int origin;

  /**
   * A view of the frame, read by index. Unlike the frame itself it does not look at a reference
   * count for each field, which takes longer than to read it.
   */
  private final ByteBuffer in;

  /**
   * Index in the view of the next byte. It is kept here and not in the view, where each field would
   * have to wait until the one before has stored it.
   */
  private int at;

  /** Where reading ends, in the view; inside a tagged field, where that ends. */
  private int limit;

  private int unretained;
  private int elementsLeft = MAX_ELEMENTS;

  /** The buffer stays the caller's. */
  public WireReader(ByteBuf frame) {
    this.frame = frame;
    this.in =
        frame.nioBufferCount() == 1
            ? frame.internalNioBuffer(frame.readerIndex(), frame.readableBytes())
            : frame.nioBuffer();
    this.at = in.position();
    this.limit = in.limit();
    this.origin = frame.readerIndex() - at;
  }

  /** Bytes that are left; inside a tagged field, those of the field. */
  public int remaining() {
    return limit - at;
  }

  /** Zero is false, and all else is true. */
  public boolean readBoolean() {
    return readInt8() != 0;
  }

  public byte readInt8() {
    return in.get(advance(Byte.BYTES));
  }

  public short readInt16() {
    return in.getShort(advance(Short.BYTES));
  }

  public int readUint16() {
    return Short.toUnsignedInt(readInt16());
  }

  public int readInt32() {
    return in.getInt(advance(Integer.BYTES));
  }

  public long readInt64() {
    return in.getLong(advance(Long.BYTES));
  }

  public double readFloat64() {
    return in.getDouble(advance(Double.BYTES));
  }

  public UUID readUuid() {
    return new UUID(readInt64(), readInt64());
  }

  /** An unsigned number of 32 bits, seven to a byte, lowest first. */
  public int readUnsignedVarint() {
    int first = readInt8();
    return first >= 0 ? first : readLongUnsignedVarint(first & 0x7f);
  }

  private int readLongUnsignedVarint(int first) {
    int value = first;
    for (int i = 1; i < MAX_VARINT_BYTES; i++) {
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

  public String readString(boolean compact) {
    return present(readNullableString(compact), "string");
  }

  public @Nullable String readNullableString(boolean compact) {
    int length = available(compact ? readUnsignedVarint() - 1 : readInt16(), "string");
    if (length == NULL) {
      return null;
    }
    String string = new String(copy(length), StandardCharsets.UTF_8);
    if (!compact && length > MAX_ECHOED_BYTES && ByteBufUtil.utf8Bytes(string) > Short.MAX_VALUE) {
      throw new MalformedMessageException("string of " + length + " bytes that is not UTF-8");
    }
    return string;
  }

  /**
   * Reads a string in the older encoding that most likely is one already at hand.
   *
   * @param likely the one at hand; its value is the result when it is what is read, which then
   *     costs no allocation
   */
  public @Nullable String readNullableString(@Nullable RepeatedString likely) {
    if (likely == null || !isNext(likely.encoded())) {
      return readNullableString(false);
    }
    at += likely.encoded().capacity();
    return likely.value();
  }

  private boolean isNext(ByteBuffer encoded) {
    int length = encoded.capacity();
    if (length > limit - at) {
      return false;
    }
    int compared = 0;
    for (; length - compared >= Long.BYTES; compared += Long.BYTES) {
      if (in.getLong(at + compared) != encoded.getLong(compared)) {
        return false;
      }
    }
    for (; compared < length; compared++) {
      if (in.get(at + compared) != encoded.get(compared)) {
        return false;
      }
    }
    return true;
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
    return ByteBuffer.wrap(copy(length)).asReadOnlyBuffer();
  }

  /** All that is left, without a length in front: a read-only copy, at position 0. */
  public ByteBuffer readRemaining() {
    return ByteBuffer.wrap(copy(remaining())).asReadOnlyBuffer();
  }

  /** A stretch of the buffer; {@link #endMessage} gives it its reference. */
  public Records readRecords(boolean compact) {
    return present(readNullableRecords(compact), "records");
  }

  /** As {@link #readRecords}, for records that may be null. */
  public @Nullable Records readNullableRecords(boolean compact) {
    int length = available(compact ? readUnsignedVarint() - 1 : readInt32(), "records");
    if (length == NULL) {
      return null;
    }
    if (length == 0) {
      return BufferRecords.EMPTY;
    }
    unretained++;
    return new BufferRecords(frame, origin + advance(length), length);
  }

  /**
   * A message has been read: the buffer's reader index moves to its end, and the buffer is retained
   * once for each of its records, whose owner releases each of them. All at once, because that is
   * one atomic operation; and so that a message that ends badly has nothing to release.
   */
  public void endMessage() {
    frame.readerIndex(origin + at);
    if (unretained > 0) {
      frame.retain(unretained);
      unretained = 0;
    }
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
    elementsLeft -= Math.max(length, 0);
    if (elementsLeft < 0) {
      throw new MalformedMessageException("more than " + MAX_ELEMENTS + " elements in a message");
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

  private static <T> List<T> elements(int length, Supplier<T> element) {
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
    int outerEnd = limit;
    limit = at + length;
    return outerEnd;
  }

  /** The field must have been read to its end. */
  public void endTaggedField(int outerEnd) {
    if (remaining() != 0) {
      throw new MalformedMessageException(remaining() + " bytes too many in a tagged field");
    }
    limit = outerEnd;
  }

  /** Skips a tagged field whose tag means nothing here. */
  public void skipTaggedField() {
    int outerEnd = beginTaggedField();
    at = limit;
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

  /** Moves over that many bytes and gives the index of the first. */
  private int advance(int bytes) {
    int start = at;
    if (bytes > limit - start) {
      throw endsEarly(bytes);
    }
    at = start + bytes;
    return start;
  }

  private MalformedMessageException endsEarly(int bytes) {
    return new MalformedMessageException(bytes + " bytes wanted, " + remaining() + " left");
  }

  /** A copy of the next bytes, which must be there. */
  private byte[] copy(int length) {
    byte[] bytes = new byte[length];
    in.get(advance(length), bytes);
    return bytes;
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
