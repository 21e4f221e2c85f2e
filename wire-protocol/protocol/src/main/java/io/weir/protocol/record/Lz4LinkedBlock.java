package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * An LZ4 block that may repeat what earlier blocks of its frame gave, which the library cannot do.
 * Plain Java over buffers that check their bounds. Confined to one call.
 *
 * <pre>
 * block := (token, [literalSize 255* rest], literals, offset16, [matchSize 255* rest])* token, literals
 * token := literalSize:4 matchSize - 4:4, 15 when more follows
 * </pre>
 */
final class Lz4LinkedBlock {
  /** More cannot come out of a byte: 255 is what a byte adds to the size of a match. */
  static final long MAX_RATIO = 255;

  private static final int MIN_MATCH = 4;
  private static final int MORE_FOLLOWS = 15;

  private final ByteBuf block;
  private final ByteBuf out;
  private final long maxOutIndex;

  private Lz4LinkedBlock(ByteBuf block, int maxBlockBytes, ByteBuf out) {
    this.block = block;
    this.out = out;
    this.maxOutIndex = (long) out.writerIndex() + maxBlockBytes;
  }

  /** Appends the block's content to that of the frame's earlier blocks, which begins at 0. */
  static void decompress(ByteBuf block, int maxBlockBytes, ByteBuf out) {
    new Lz4LinkedBlock(block, maxBlockBytes, out).decompress();
  }

  private void decompress() {
    while (true) {
      int token = readByte();
      copyLiterals(readSize(token >>> 4));
      if (!block.isReadable()) {
        return;
      }
      if (block.readableBytes() < Short.BYTES) {
        throw corrupt();
      }
      int offset = block.readUnsignedShortLE();
      copyMatch(offset, readSize(token & 0x0f) + MIN_MATCH);
    }
  }

  private int readByte() {
    if (!block.isReadable()) {
      throw corrupt();
    }
    return block.readUnsignedByte();
  }

  /** Cannot overflow: a block has at most 4 MiB, each byte of which adds 255 at most. */
  private int readSize(int size) {
    if (size == MORE_FOLLOWS) {
      int part;
      do {
        part = readByte();
        size += part;
      } while (part == 255);
    }
    return size;
  }

  private void copyLiterals(int size) {
    if (size > block.readableBytes()) {
      throw corrupt();
    }
    reserve(size);
    out.writeBytes(block, size);
  }

  private void copyMatch(int offset, int size) {
    int from = out.writerIndex() - offset;
    if (offset == 0 || from < 0) {
      throw corrupt();
    }
    reserve(size);
    int at = out.writerIndex();
    ByteBuffer bytes = out.nioBuffer(0, at + size);
    // A match may run into what it writes: then what is there already is doubled, again and again.
    for (int done = 0; done < size; ) {
      int step = Math.min(size - done, offset + done);
      bytes.put(at + done, bytes, from, step);
      done += step;
    }
    out.writerIndex(at + size);
  }

  private void reserve(int size) {
    if (size > maxOutIndex - out.writerIndex()) {
      throw corrupt();
    }
    Codec.reserve(out, size);
  }

  private static CorruptBatchException corrupt() {
    return new CorruptBatchException("lz4: a block that cannot be decompressed");
  }
}
