package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;

/**
 * One codec. Stateless and thread-safe. Inputs are direct buffers in one piece; their reader index
 * moves, and may end up anywhere.
 */
sealed interface Codec permits PlainCodec, GzipCodec, SnappyCodec, Lz4Codec, ZstdCodec {
  /** Appends the compressed form of all readable bytes to a direct buffer that may grow. */
  void compress(ByteBuf in, int level, ByteBuf out);

  /**
   * Appends what all readable bytes stand for to an empty direct buffer, whose maximum capacity is
   * the limit of what may come out.
   *
   * @throws CorruptBatchException and nothing else, whatever the bytes are
   */
  void decompress(ByteBuf in, ByteBuf out);

  /**
   * Makes room for so many more bytes, twofold at least, so that what is moved stays in proportion
   * to what comes out. The caller has reason to believe in these bytes: what the input is the
   * sender's word for is not one.
   *
   * @throws OversizedBatchException when the limit is below that
   */
  static void reserve(ByteBuf out, long bytes) {
    if (bytes > out.maxWritableBytes()) {
      throw new OversizedBatchException(
          "more than %d bytes come out of the compressed ones".formatted(out.maxCapacity()));
    }
    if (bytes > out.writableBytes()) {
      long needed = Math.max(out.writerIndex() + bytes, 2L * out.capacity());
      out.capacity((int) Math.min(needed, out.maxCapacity()));
    }
  }
}
