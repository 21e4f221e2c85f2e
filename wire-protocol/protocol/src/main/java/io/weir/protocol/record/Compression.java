package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.BiConsumer;

/**
 * How records are compressed: with what, and how hard. Immutable.
 *
 * @param level one that the {@linkplain CompressionType#hasLevel type has}
 */
public record Compression(CompressionType type, int level) {
  public static final Compression NONE = of(CompressionType.NONE);

  /** Bytes that an output has at first; it grows with what comes out. */
  private static final int FIRST_BYTES = 1024;

  public Compression {
    if (!type.hasLevel(level)) {
      throw new IllegalArgumentException(
          "%s has levels from %d to %d, not %d"
              .formatted(type, type.minLevel(), type.maxLevel(), level));
    }
  }

  /** At the codec's default level. */
  public static Compression of(CompressionType type) {
    return new Compression(type, type.defaultLevel());
  }

  /**
   * Compresses all readable bytes, and appends what comes of them. The input's indexes stay where
   * they are.
   */
  public void compress(ByteBuf in, ByteBuf out) {
    withDirect(in, out, out.alloc(), (from, to) -> codec(type).compress(from, level, to));
  }

  /**
   * Decompresses all readable bytes; whatever they are, nothing is read past them, and memory stays
   * within a small multiple of what is there and what comes out of it, and the limit. The input's
   * indexes stay where they are.
   *
   * @param maxBytes that may come out; 0 or more
   * @return a direct buffer of its own, which the caller releases
   * @throws OversizedBatchException when more would come out
   * @throws CorruptBatchException when the bytes are not exactly what the codec writes
   */
  public static ByteBuf decompress(
      CompressionType type, ByteBuf in, int maxBytes, ByteBufAllocator allocator) {
    ByteBuf out = allocator.directBuffer(Math.min(FIRST_BYTES, maxBytes), maxBytes);
    boolean done = false;
    try {
      withDirect(in, out, allocator, codec(type)::decompress);
      done = true;
      return out;
    } finally {
      if (!done) {
        out.release();
      }
    }
  }

  private static Codec codec(CompressionType type) {
    return switch (type) {
      case NONE -> PlainCodec.INSTANCE;
      case GZIP -> GzipCodec.INSTANCE;
      case SNAPPY -> SnappyCodec.INSTANCE;
      case LZ4 -> Lz4Codec.INSTANCE;
      case ZSTD -> ZstdCodec.INSTANCE;
    };
  }

  /** Native codecs want their input as one piece outside the heap; mostly it is that already. */
  private static void withDirect(
      ByteBuf in, ByteBuf out, ByteBufAllocator allocator, BiConsumer<ByteBuf, ByteBuf> work) {
    if (in.isDirect() && in.nioBufferCount() == 1) {
      work.accept(in.duplicate(), out);
      return;
    }
    ByteBuf copy = allocator.directBuffer(in.readableBytes());
    try {
      work.accept(copy.writeBytes(in, in.readerIndex(), in.readableBytes()), out);
    } finally {
      copy.release();
    }
  }
}
