package io.weir.protocol.wire;

import io.netty.buffer.ByteBufUtil;
import io.weir.protocol.record.Records;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** How many bytes {@link WireWriter} takes for a value. */
public final class WireSize {
  /** A null string of the older encoding: its length alone. */
  private static final int STRING_LENGTH = Short.BYTES;

  private static final int ARRAY_LENGTH = Integer.BYTES;
  private static final int BITS_PER_BYTE = 7;

  private WireSize() {}

  public static int unsignedVarint(int value) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(value | 1);
    return (bits + BITS_PER_BYTE - 1) / BITS_PER_BYTE;
  }

  public static int string(@Nullable String value, boolean compact) {
    if (value == null) {
      return compact ? 1 : STRING_LENGTH;
    }
    int bytes = utf8(value, compact);
    return (compact ? unsignedVarint(bytes + 1) : STRING_LENGTH) + bytes;
  }

  public static int bytes(@Nullable ByteBuffer value, boolean compact) {
    return value == null ? arrayLength(-1, compact) : sized(value.remaining(), compact);
  }

  public static int records(@Nullable Records value, boolean compact) {
    return value == null ? arrayLength(-1, compact) : sized(value.sizeInBytes(), compact);
  }

  /** The length of an array, without its elements. */
  public static int arrayLength(@Nullable List<?> list, boolean compact) {
    return arrayLength(list == null ? -1 : list.size(), compact);
  }

  private static int arrayLength(int length, boolean compact) {
    return compact ? unsignedVarint(length + 1) : ARRAY_LENGTH;
  }

  /**
   * An array of elements of one length.
   *
   * @param elementBytes of each
   */
  public static int list(@Nullable List<?> list, boolean compact, int elementBytes) {
    return list == null
        ? arrayLength(-1, compact)
        : arrayLength(list.size(), compact) + list.size() * elementBytes;
  }

  /**
   * An array of elements of different lengths.
   *
   * @param elementBytes of one element
   */
  public static <T> int list(
      @Nullable List<T> list, boolean compact, ToIntFunction<T> elementBytes) {
    if (list == null) {
      return arrayLength(-1, compact);
    }
    int bytes = arrayLength(list.size(), compact);
    for (T element : list) {
      bytes += elementBytes.applyAsInt(element);
    }
    return bytes;
  }

  /** Records without their length. */
  public static int recordsBytes(@Nullable Records records) {
    return records == null ? 0 : records.sizeInBytes();
  }

  /** A tagged field whose value takes this many bytes: tag, length, value. */
  public static int taggedField(int tag, int valueBytes) {
    return unsignedVarint(tag) + unsignedVarint(valueBytes) + valueBytes;
  }

  /**
   * Bytes of a string without its length.
   *
   * @throws IllegalArgumentException when the older encoding cannot hold it
   */
  static int utf8(String value, boolean compact) {
    int bytes = ByteBufUtil.utf8Bytes(value);
    if (!compact && bytes > Short.MAX_VALUE) {
      throw new IllegalArgumentException("a string of " + bytes + " bytes is too long");
    }
    return bytes;
  }

  private static int sized(int bytes, boolean compact) {
    return arrayLength(bytes, compact) + bytes;
  }
}
