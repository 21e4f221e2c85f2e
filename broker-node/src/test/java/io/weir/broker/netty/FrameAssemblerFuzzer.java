package io.weir.broker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes as what comes over a connection, in any pieces: the first byte says how the rest is
 * cut. What must hold: the same frames come out as when all bytes are looked at at once, and the
 * same length ends the connection; memory stays in proportion to what has come, and is given back.
 */
public final class FrameAssemblerFuzzer {
  private static final int MAX_FRAME_BYTES = 1000;

  private FrameAssemblerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] stream = Arrays.copyOfRange(input, 1, input.length);
    List<ByteBuf> expected = new ArrayList<>();
    boolean endsBad = framesOf(stream, expected);
    List<ByteBuf> got = new ArrayList<>();
    boolean ended = assemble(stream, Byte.toUnsignedInt(input[0]), got);
    if (!got.equals(expected) || ended != endsBad) {
      throw new AssertionError(
          got + (ended ? " and an end" : "") + " of " + ByteBufUtil.hexDump(stream));
    }
    got.forEach(ByteBuf::release);
  }

  /** The plain way. True when a bad length ends it. */
  private static boolean framesOf(byte[] stream, List<ByteBuf> frames) {
    ByteBuffer rest = ByteBuffer.wrap(stream);
    while (rest.remaining() >= Integer.BYTES) {
      int length = rest.getInt();
      if (length < 0 || length > MAX_FRAME_BYTES) {
        return true;
      }
      if (length > rest.remaining()) {
        return false;
      }
      frames.add(Unpooled.wrappedBuffer(stream, rest.position(), length));
      rest.position(rest.position() + length);
    }
    return false;
  }

  /** Our way, in pieces of 1 to 16 bytes, or all in one. True when a bad length ends it. */
  private static boolean assemble(byte[] stream, int cut, List<ByteBuf> frames) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    FrameAssembler assembler = new FrameAssembler(allocator, MAX_FRAME_BYTES);
    List<ByteBuf> fed = new ArrayList<>();
    boolean ended = false;
    int pieceBytes = cut == 0 ? stream.length : 1 + cut % 16;
    for (int at = 0; at < stream.length && !ended; at += pieceBytes) {
      ByteBuf piece = Unpooled.copiedBuffer(stream, at, Math.min(pieceBytes, stream.length - at));
      fed.add(piece);
      assembler.feed(piece);
      ended = drain(assembler, frames);
      if (assembler.heldBytes() > 16L * (at + pieceBytes)) {
        throw new AssertionError(assembler.heldBytes() + " bytes held after " + at);
      }
    }
    assembler.close();
    assertReleased(frames, fed, allocator);
    return ended;
  }

  private static boolean drain(FrameAssembler assembler, List<ByteBuf> frames) {
    try {
      for (ByteBuf frame = assembler.next(); frame != null; frame = assembler.next()) {
        frames.add(frame);
      }
      return false;
    } catch (BadFrameException e) {
      return true;
    }
  }

  /** All that was fed has been given back, but for the frames, which are copied for that. */
  private static void assertReleased(
      List<ByteBuf> frames, List<ByteBuf> fed, UnpooledByteBufAllocator allocator) {
    frames.replaceAll(frame -> {
      ByteBuf copy = Unpooled.copiedBuffer(frame);
      frame.release();
      return copy;
    });
    if (fed.stream().anyMatch(piece -> piece.refCnt() != 0)
        || allocator.metric().usedDirectMemory() != 0) {
      throw new AssertionError("something was not given back");
    }
  }
}
