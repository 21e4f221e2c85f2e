package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * gzip (RFC 1952) over the JDK's deflate. Several members in a row are read as one, as the format
 * has it; one is written.
 *
 * <pre>
 * member := 1f 8b 08 flags time32 extraFlags system [extra] [name] [comment] [headerCrc16]
 *           deflated crc32 size32                                        (numbers little endian)
 * </pre>
 */
final class GzipCodec implements Codec {
  static final GzipCodec INSTANCE = new GzipCodec();

  private static final int MAGIC = 0x1f8b;
  private static final int DEFLATE = 8;
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int FLAG_HEADER_CRC = 0x02;
  private static final int FLAG_EXTRA = 0x04;
  private static final int FLAG_NAME = 0x08;
  private static final int FLAG_COMMENT = 0x10;
  private static final int FLAGS_RESERVED = 0xe0;
  private static final int UNKNOWN_SYSTEM = 0xff;

  private GzipCodec() {}

  @Override
  public void compress(ByteBuf in, int level, ByteBuf out) {
    CRC32 crc = new CRC32();
    crc.update(in.nioBuffer());
    int size = in.readableBytes();
    out.writeShort(MAGIC).writeByte(DEFLATE).writeZero(6).writeByte(UNKNOWN_SYSTEM);
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setInput(in.nioBuffer());
      deflater.finish();
      while (!deflater.finished()) {
        out.ensureWritable(Math.max(512, size / 4));
        ByteBuffer room = out.nioBuffer(out.writerIndex(), out.writableBytes());
        out.writerIndex(out.writerIndex() + deflater.deflate(room));
      }
    } finally {
      deflater.end();
    }
    out.writeIntLE((int) crc.getValue()).writeIntLE(size);
  }

  @Override
  public void decompress(ByteBuf in, ByteBuf out) {
    Inflater inflater = new Inflater(true);
    try {
      do {
        readHeader(in);
        int start = out.writerIndex();
        inflater.reset();
        inflate(inflater, in, out);
        readTrailer(in, out, start);
      } while (in.isReadable());
    } catch (DataFormatException e) {
      throw new CorruptBatchException("gzip: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  private static void readHeader(ByteBuf in) {
    int start = in.readerIndex();
    require(in, HEADER_BYTES);
    if (in.readUnsignedShort() != MAGIC || in.readByte() != DEFLATE) {
      throw new CorruptBatchException("gzip: no member begins where one should");
    }
    int flags = in.readUnsignedByte();
    if ((flags & FLAGS_RESERVED) != 0) {
      throw new CorruptBatchException("gzip: unknown flags " + flags);
    }
    in.skipBytes(6);
    if ((flags & FLAG_EXTRA) != 0) {
      require(in, 2);
      int size = in.readUnsignedShortLE();
      require(in, size);
      in.skipBytes(size);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText(in);
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText(in);
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      require(in, 2);
      int computed = (int) crc(in, start, in.readerIndex() - start) & 0xffff;
      if (in.readUnsignedShortLE() != computed) {
        throw new CorruptBatchException("gzip: the header's checksum is wrong");
      }
    }
  }

  private static void skipText(ByteBuf in) {
    int size = in.bytesBefore((byte) 0);
    if (size < 0) {
      throw endsEarly();
    }
    in.skipBytes(size + 1);
  }

  private static void inflate(Inflater inflater, ByteBuf in, ByteBuf out)
      throws DataFormatException {
    ByteBuffer input = in.nioBuffer();
    inflater.setInput(input);
    while (!inflater.finished()) {
      int room = Math.min(out.maxWritableBytes(), Math.max(out.writableBytes(), 1));
      // Where the limit is reached, the end may still be to come: one byte more is too much.
      int count = room == 0 ? inflater.inflate(new byte[1]) : inflateInto(inflater, out, room);
      if (count > 0 && room == 0) {
        Codec.reserve(out, 1);
      }
      if (count == 0 && !inflater.finished()) {
        throw inflater.needsDictionary()
            ? new CorruptBatchException("gzip: a dictionary is needed")
            : endsEarly();
      }
    }
    in.skipBytes(input.position());
  }

  private static int inflateInto(Inflater inflater, ByteBuf out, int room)
      throws DataFormatException {
    Codec.reserve(out, room);
    int count = inflater.inflate(out.nioBuffer(out.writerIndex(), room));
    out.writerIndex(out.writerIndex() + count);
    return count;
  }

  private static void readTrailer(ByteBuf in, ByteBuf out, int start) {
    require(in, TRAILER_BYTES);
    int size = out.writerIndex() - start;
    if (in.readIntLE() != (int) crc(out, start, size) || in.readIntLE() != size) {
      throw new CorruptBatchException("gzip: checksum or size is not that of the content");
    }
  }

  private static long crc(ByteBuf buffer, int index, int size) {
    CRC32 crc = new CRC32();
    crc.update(buffer.nioBuffer(index, size));
    return crc.getValue();
  }

  private static void require(ByteBuf in, int bytes) {
    if (in.readableBytes() < bytes) {
      throw endsEarly();
    }
  }

  private static CorruptBatchException endsEarly() {
    return new CorruptBatchException("gzip: the compressed bytes end early");
  }
}
