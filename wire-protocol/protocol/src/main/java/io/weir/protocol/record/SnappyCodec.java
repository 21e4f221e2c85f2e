package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.xerial.snappy.Snappy;

/**
 * Snappy in both of the forms that clients send: the stream of snappy-java (Java client,
 * kafka-python), and one bare block (librdkafka). The stream is what is written.
 *
 * <pre>
 * stream := header (size int32, block)*      header := 82 "SNAPPY" 00, version int32, lowest int32
 * block  := uncompressed size as varint, literals and copies
 * </pre>
 */
final class SnappyCodec implements Codec {
  static final SnappyCodec INSTANCE = new SnappyCodec();

  private static final long STREAM_MAGIC = 0x82_53_4e_41_50_50_59_00L;
  private static final int STREAM_HEADER_BYTES = 16;
  private static final int STREAM_VERSION = 1;
  private static final int CHUNK_BYTES = 32 * 1024;

  /** The densest element is a copy of 64 bytes in 3. */
  private static final int MAX_RATIO = 22;

  private SnappyCodec() {}

  @Override
  public void compress(ByteBuf in, int level, ByteBuf out) {
    out.writeLong(STREAM_MAGIC).writeInt(STREAM_VERSION).writeInt(STREAM_VERSION);
    while (in.isReadable()) {
      writeChunk(in.readSlice(Math.min(CHUNK_BYTES, in.readableBytes())), out);
    }
  }

  private static void writeChunk(ByteBuf chunk, ByteBuf out) {
    int bound = Snappy.maxCompressedLength(chunk.readableBytes());
    out.ensureWritable(Integer.BYTES + bound);
    int start = out.writerIndex() + Integer.BYTES;
    try {
      int size = Snappy.compress(chunk.nioBuffer(), out.nioBuffer(start, bound));
      out.writeInt(size).writerIndex(start + size);
    } catch (IOException e) {
      throw new IllegalStateException("snappy refuses to compress what it was given", e);
    }
  }

  @Override
  public void decompress(ByteBuf in, ByteBuf out) {
    if (!startsStream(in)) {
      decompressBlock(in, out);
      return;
    }
    while (in.isReadable()) {
      if (startsStream(in)) { // streams that were joined are one
        skipHeader(in);
      } else {
        decompressBlock(in.readSlice(readChunkSize(in)), out);
      }
    }
  }

  private static boolean startsStream(ByteBuf in) {
    return in.readableBytes() >= Long.BYTES && in.getLong(in.readerIndex()) == STREAM_MAGIC;
  }

  private static void skipHeader(ByteBuf in) {
    if (in.readableBytes() < STREAM_HEADER_BYTES
        || in.getInt(in.readerIndex() + Long.BYTES) < STREAM_VERSION) {
      throw new CorruptBatchException("snappy: the stream's header is not whole, or unknown");
    }
    in.skipBytes(STREAM_HEADER_BYTES);
  }

  private static int readChunkSize(ByteBuf in) {
    int size = in.readableBytes() < Integer.BYTES ? -1 : in.readInt();
    if (size < 0 || size > in.readableBytes()) {
      throw new CorruptBatchException(
          "snappy: a chunk of %d bytes where %d are left".formatted(size, in.readableBytes()));
    }
    return size;
  }

  /**
   * The library writes as many bytes as the block announces, without a look at the output's bounds:
   * so there is room for them all, once the announcement has been found possible.
   */
  private static void decompressBlock(ByteBuf block, ByteBuf out) {
    long announced = announcedSize(block);
    if (announced > (long) MAX_RATIO * block.readableBytes()) {
      throw new CorruptBatchException(
          "snappy: %d bytes cannot come out of %d".formatted(announced, block.readableBytes()));
    }
    Codec.reserve(out, announced);
    int start = out.writerIndex();
    try {
      int size = Snappy.uncompress(block.nioBuffer(), out.nioBuffer(start, (int) announced));
      if (size != announced) {
        throw new CorruptBatchException(
            "snappy: %d bytes announced, %d came out".formatted(announced, size));
      }
      out.writerIndex(start + size);
    } catch (IOException e) {
      throw new CorruptBatchException("snappy: " + e.getMessage());
    }
  }

  private static long announcedSize(ByteBuf block) {
    long size = 0;
    int end = Math.min(block.readableBytes(), 5);
    for (int i = 0; i < end; i++) {
      byte part = block.getByte(block.readerIndex() + i);
      size |= (part & 0x7fL) << (7 * i);
      if (part >= 0) {
        return size;
      }
    }
    throw new CorruptBatchException("snappy: a block without its size");
  }
}
