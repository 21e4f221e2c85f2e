package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * The LZ4 frame format, version 1. What is written is what Kafka's clients write: one frame of
 * independent blocks of 64 KiB, without checksums of blocks or content. Read is any frame that
 * needs no dictionary, with linked blocks as well (kafka-python writes those).
 *
 * <pre>
 * frame  := 04 22 4d 18 descriptor block* endMark32 = 0 [content hash32]       (little endian)
 * descriptor := flags blockSize [content size64] header hash8
 * block  := size32, highest bit set where not compressed; bytes; [hash32 of these bytes]
 * </pre>
 */
final class Lz4Codec implements Codec {
  static final Lz4Codec INSTANCE = new Lz4Codec();

  private static final int MAGIC = 0x184d2204;
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int BLOCK_BYTES_CODE = 0x40;
  private static final int STORED_BIT = 0x8000_0000;

  private static final XXHash32 HASH = XXHashFactory.fastestInstance().hash32();
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.fastestInstance().safeDecompressor();

  private Lz4Codec() {}

  @Override
  public void compress(ByteBuf in, int level, ByteBuf out) {
    LZ4Factory factory = LZ4Factory.fastestInstance();
    LZ4Compressor compressor =
        level == CompressionType.LZ4.defaultLevel()
            ? factory.fastCompressor()
            : factory.highCompressor(level);
    out.writeIntLE(MAGIC);
    int descriptor = out.writerIndex();
    out.writeByte(Lz4FrameFlags.PLAIN).writeByte(BLOCK_BYTES_CODE);
    out.writeByte(headerHash(out, descriptor, 2));
    while (in.isReadable()) {
      writeBlock(compressor, in.readSlice(Math.min(BLOCK_BYTES, in.readableBytes())), out);
    }
    out.writeIntLE(0);
  }

  private static void writeBlock(LZ4Compressor compressor, ByteBuf block, ByteBuf out) {
    int length = block.readableBytes();
    int bound = compressor.maxCompressedLength(length);
    out.ensureWritable(Integer.BYTES + bound);
    int start = out.writerIndex() + Integer.BYTES;
    int size =
        compressor.compress(block.nioBuffer(), 0, length, out.nioBuffer(start, bound), 0, bound);
    if (size < length) {
      out.writeIntLE(size).writerIndex(start + size);
    } else {
      out.writeIntLE(length | STORED_BIT).writeBytes(block);
    }
  }

  @Override
  public void decompress(ByteBuf in, ByteBuf out) {
    require(in, Integer.BYTES);
    if (in.readIntLE() != MAGIC) {
      throw new CorruptBatchException("lz4: no frame begins where one should");
    }
    Lz4FrameFlags flags = readDescriptor(in);
    require(in, Integer.BYTES);
    for (int word = in.readIntLE(); word != 0; word = in.readIntLE()) {
      readBlock(flags, word, in, out);
      require(in, Integer.BYTES);
    }
    readEnd(flags, in, out);
  }

  private static Lz4FrameFlags readDescriptor(ByteBuf in) {
    int start = in.readerIndex();
    require(in, 3);
    int flagBits = in.readUnsignedByte();
    int sizeBits = in.readUnsignedByte();
    long contentBytes = -1;
    if (Lz4FrameFlags.hasContentSize(flagBits)) {
      require(in, Long.BYTES + 1);
      contentBytes = in.readLongLE();
    }
    if (in.readByte() != headerHash(in, start, in.readerIndex() - 1 - start)) {
      throw new CorruptBatchException("lz4: the header's checksum is wrong");
    }
    return Lz4FrameFlags.of(flagBits, sizeBits, contentBytes);
  }

  private static void readBlock(Lz4FrameFlags flags, int word, ByteBuf in, ByteBuf out) {
    int size = word & ~STORED_BIT;
    if (size > flags.maxBlockBytes()) {
      throw new CorruptBatchException("lz4: a block of %d bytes".formatted(size));
    }
    require(in, size);
    ByteBuf block = in.readSlice(size);
    if (flags.blockChecksum()) {
      require(in, Integer.BYTES);
      if (in.readIntLE() != hash(block, block.readerIndex(), size)) {
        throw new CorruptBatchException("lz4: a block's checksum is wrong");
      }
    }
    boolean stored = word < 0;
    if (stored) {
      Codec.reserve(out, size);
      out.writeBytes(block);
    } else if (flags.linkedBlocks()) {
      Lz4LinkedBlock.decompress(block, flags.maxBlockBytes(), out);
    } else {
      decompressBlock(block, flags.maxBlockBytes(), out);
    }
  }

  /** Room is made for what could come out of these bytes at most, be it less than a whole block. */
  private static void decompressBlock(ByteBuf block, int maxBlockBytes, ByteBuf out) {
    int size = block.readableBytes();
    long most = Math.min(maxBlockBytes, Lz4LinkedBlock.MAX_RATIO * size);
    int room = (int) Math.min(most, out.maxWritableBytes());
    Codec.reserve(out, room);
    int start = out.writerIndex();
    try {
      int count =
          DECOMPRESSOR.decompress(block.nioBuffer(), 0, size, out.nioBuffer(start, room), 0, room);
      out.writerIndex(start + count);
    } catch (LZ4Exception e) {
      throw room < most
          ? new OversizedBatchException(
              "lz4: a block that does not fit into %d bytes".formatted(out.maxCapacity()))
          : new CorruptBatchException("lz4: a block that cannot be decompressed");
    }
  }

  private static void readEnd(Lz4FrameFlags flags, ByteBuf in, ByteBuf out) {
    int size = out.writerIndex();
    if (flags.contentBytes() >= 0 && flags.contentBytes() != size) {
      throw new CorruptBatchException(
          "lz4: %d bytes announced, %d came out".formatted(flags.contentBytes(), size));
    }
    if (flags.contentChecksum()) {
      require(in, Integer.BYTES);
      if (in.readIntLE() != hash(out, 0, size)) {
        throw new CorruptBatchException("lz4: the content's checksum is wrong");
      }
    }
    if (in.isReadable()) {
      throw new CorruptBatchException(
          "lz4: %d bytes after the frame's end".formatted(in.readableBytes()));
    }
  }

  private static byte headerHash(ByteBuf buffer, int index, int size) {
    return (byte) (hash(buffer, index, size) >>> 8);
  }

  private static int hash(ByteBuf buffer, int index, int size) {
    return HASH.hash(buffer.nioBuffer(index, size), 0, size, 0);
  }

  private static void require(ByteBuf in, int bytes) {
    if (in.readableBytes() < bytes) {
      throw new CorruptBatchException("lz4: the compressed bytes end early");
    }
  }
}
