package io.weir.protocol.wire;

import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A string that is likely to come again, with its bytes as they then lie in a message: in the older
 * encoding. Whoever reads it anew compares words, and makes no copy. Immutable.
 */
public final class RepeatedString {
  private final String value;
  private final ByteBuffer encoded;

  private RepeatedString(String value, ByteBuffer encoded) {
    this.value = value;
    this.encoded = encoded;
  }

  /**
   * Encodes the string.
   *
   * @throws IllegalArgumentException when it has more than 32,767 bytes, which the encoding has no
   *     room for
   */
  public static RepeatedString of(String value) {
    int bytes = ByteBufUtil.utf8Bytes(value);
    if (bytes > Short.MAX_VALUE) {
      throw new IllegalArgumentException("string of " + bytes + " bytes");
    }
    ByteBuffer encoded = ByteBuffer.allocate(Short.BYTES + bytes);
    encoded.putShort((short) bytes).put(value.getBytes(StandardCharsets.UTF_8));
    return new RepeatedString(value, encoded);
  }

  public String value() {
    return value;
  }

  /** Length and bytes, from 0 to its capacity; never changed. */
  ByteBuffer encoded() {
    return encoded;
  }

  @Override
  public String toString() {
    return value;
  }
}
