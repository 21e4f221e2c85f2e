package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;

/**
 * Signed numbers of variable length, as records have them: seven bits to the byte, the lowest
 * first, the sign in the lowest bit of all. Stateless.
 */
final class Varints {
  private Varints() {}

  static void writeInt(ByteBuf out, int value) {
    int rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) != 0) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  static void writeLong(ByteBuf out, long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.writeByte(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
