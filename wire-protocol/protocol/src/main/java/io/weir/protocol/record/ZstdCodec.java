package io.weir.protocol.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Zstandard (RFC 8878). Several frames in a row are read as one, as the format has it; one is
 * written.
 *
 * <p>Frames are decompressed in one go into the output itself: the window, for which a stream would
 * need memory on the sender's word (128 MiB at level 22), is then what has come out. Where that has
 * no room it gets four times as much, and the frame is begun anew, so that a third is spent on top
 * at most. Frames of formats older than the standard, which the library would read, are refused.
 *
 * <pre>
 * frame := 28 b5 2f fd header blocks [checksum] | (50..5f) 2a 4d 18 size32 anything, which is skipped
 * </pre>
 */
final class ZstdCodec implements Codec {
  static final ZstdCodec INSTANCE = new ZstdCodec();

  private static final int MAGIC = 0xfd2fb528;
  private static final int SKIPPABLE_MAGIC = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xfffffff0;

  /** Content sizes are believed up to this many times the compressed size. */
  private static final long BELIEVED_RATIO = 16;

  private ZstdCodec() {}

  @Override
  public void compress(ByteBuf in, int level, ByteBuf out) {
    int bound = Math.toIntExact(Zstd.compressBound(in.readableBytes()));
    out.ensureWritable(bound);
    int start = out.writerIndex();
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level);
      int size =
          context.compressDirectByteBuffer(
              out.nioBuffer(start, bound), 0, bound, in.nioBuffer(), 0, in.readableBytes());
      out.writerIndex(start + size);
    }
  }

  @Override
  public void decompress(ByteBuf in, ByteBuf out) {
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      do {
        decompressFrame(context, in.readSlice(frameBytes(in)), out);
      } while (in.isReadable());
    } catch (ZstdException e) {
      throw new CorruptBatchException("zstd: " + e.getMessage());
    }
  }

  private static int frameBytes(ByteBuf in) {
    int magic = in.readableBytes() < Integer.BYTES ? 0 : in.getIntLE(in.readerIndex());
    if (magic != MAGIC && (magic & SKIPPABLE_MASK) != SKIPPABLE_MAGIC) {
      throw new CorruptBatchException("zstd: no frame begins where one should");
    }
    long size = Zstd.findDirectByteBufferFrameCompressedSize(in.nioBuffer(), 0, in.readableBytes());
    if (Zstd.isError(size) || size <= 0 || size > in.readableBytes()) {
      throw new CorruptBatchException("zstd: a frame that is not whole");
    }
    return (int) size;
  }

  private static void decompressFrame(ZstdDecompressCtx context, ByteBuf frame, ByteBuf out) {
    ByteBuffer source = frame.nioBuffer();
    Codec.reserve(out, firstGuess(source, out));
    while (true) {
      int start = out.writerIndex();
      int room = out.writableBytes();
      try {
        int size =
            context.decompressDirectByteBuffer(
                out.nioBuffer(start, room), 0, room, source, 0, source.remaining());
        out.writerIndex(start + size);
        return;
      } catch (ZstdException e) {
        if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
          throw e;
        }
        Codec.reserve(out, moreThan(room, out));
      }
    }
  }

  /** Bytes to begin with: what the frame says that comes out, as far as that is usual. */
  private static long firstGuess(ByteBuffer frame, ByteBuf out) {
    long usual = BELIEVED_RATIO * frame.remaining();
    long announced = Zstd.getDirectByteBufferFrameContentSize(frame, 0, frame.remaining());
    long guess = announced <= 0 ? usual : Math.min(usual, announced);
    return Math.min(guess, out.maxWritableBytes());
  }

  private static long moreThan(int room, ByteBuf out) {
    int limit = out.maxWritableBytes();
    return room == limit ? limit + 1L : Math.min(Math.max(4L * room, 1024), limit);
  }
}
