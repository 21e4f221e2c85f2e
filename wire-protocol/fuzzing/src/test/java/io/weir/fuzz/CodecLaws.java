package io.weir.fuzz;

import com.code_intelligence.jazzer.api.Jazzer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.OversizedBatchException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds for any bytes that are said to be compressed with a codec: something comes out that is
 * not longer than the bound, or the one exception; the same wherever the bytes lie and whatever is
 * around them; memory stays in proportion to the bytes and the bound, and is given back. What came
 * out, and the bytes themselves, can be compressed and come out again.
 *
 * <p>Stateless. A law that does not hold ends in an {@link AssertionError}.
 */
final class CodecLaws {
  /** What may come out. */
  static final int MAX_BYTES = 64 * 1024;

  private static final long HEAP_PER_BYTE = 200;
  private static final long HEAP_PER_INPUT = 64 * 1024;

  /** Where in the map of what was reached that is noted. */
  private static final int EXPLORED_ID = 1;

  private CodecLaws() {}

  /**
   * Holds the laws against the bytes.
   *
   * @param levels one of which is taken for what is compressed, by its content
   */
  static void check(CompressionType type, List<Integer> levels, byte[] bytes) {
    ByteBuf content = decompress(type, bytes, MAX_BYTES);
    if (content != null) {
      assertComesOutAgain(type, levels, ByteBufUtil.getBytes(content));
    }
    assertComesOutAgain(type, levels, bytes);
  }

  /** Null when the bytes were refused. */
  private static @Nullable ByteBuf decompress(CompressionType type, byte[] bytes, int maxBytes) {
    SurroundedFrame onHeap = new SurroundedFrame(bytes, 0, 0xff);
    Outcome outcome =
        Heap.within(
            HEAP_PER_INPUT + HEAP_PER_BYTE * bytes.length + 2L * maxBytes,
            () -> decompress(type, onHeap.buffer(), maxBytes),
            again -> {});
    Outcome other = decompressDirect(type, bytes, maxBytes);
    if (!outcome.equals(other)) {
      throw new AssertionError(
          "on the heap " + outcome + ", outside, with other surroundings, " + other);
    }
    onHeap.assertLeftAlone();
    return outcome.content();
  }

  private static Outcome decompressDirect(CompressionType type, byte[] bytes, int maxBytes) {
    int margin = 32;
    ByteBuf buffer = Unpooled.directBuffer(margin + bytes.length + margin);
    buffer.writeZero(margin).writeBytes(bytes).writeZero(margin);
    buffer.setIndex(margin, margin + bytes.length);
    Outcome outcome = decompress(type, buffer, maxBytes);
    if (buffer.readerIndex() != margin || !buffer.equals(Unpooled.wrappedBuffer(bytes))) {
      throw new AssertionError("decompressing has changed the input");
    }
    FrameLaws.release(buffer);
    return outcome;
  }

  private static Outcome decompress(CompressionType type, ByteBuf in, int maxBytes) {
    GuardedAllocator allocator = new GuardedAllocator();
    Outcome outcome;
    try {
      ByteBuf out = Compression.decompress(type, in, maxBytes, allocator);
      outcome = new Outcome(Unpooled.copiedBuffer(out), false);
      explored(Integer.numberOfLeadingZeros(outcome.length()));
      out.release();
      if (outcome.length() > maxBytes) {
        throw new AssertionError(outcome + " where " + maxBytes + " are the limit");
      }
    } catch (OversizedBatchException e) {
      explored(-1);
      outcome = new Outcome(null, true);
    } catch (CorruptBatchException e) {
      explored(String.valueOf(e.getMessage()).hashCode());
      outcome = new Outcome(null, false);
    }
    allocator.assertAllReleased();
    // The input once more where it lay on the heap, the output, and what it was while it grew.
    long allowed = in.readableBytes() + 2L * maxBytes;
    if (allocator.peakBytes() > allowed) {
      throw new AssertionError(
          allocator.peakBytes() + " bytes of direct memory taken, allowed are " + allowed);
    }
    return outcome;
  }

  /**
   * Native code does not tell what of it was reached; so what came of it is to guide the search.
   */
  private static void explored(int outcome) {
    Jazzer.exploreState((byte) outcome, EXPLORED_ID);
  }

  /**
   * What came out, or why nothing did.
   *
   * @param content null when nothing came out
   */
  private record Outcome(@Nullable ByteBuf content, boolean isOversized) {
    int length() {
      return content == null ? -1 : content.readableBytes();
    }

    @Override
    public String toString() {
      return content == null ? isOversized ? "too much" : "corrupt" : ByteBufUtil.hexDump(content);
    }
  }

  private static void assertComesOutAgain(
      CompressionType type, List<Integer> levels, byte[] content) {
    int level = levels.get(Math.floorMod(Arrays.hashCode(content), levels.size()));
    GuardedAllocator allocator = new GuardedAllocator();
    ByteBuf compressed = allocator.directBuffer(16);
    new Compression(type, level).compress(Unpooled.wrappedBuffer(content), compressed);
    byte[] bytes = ByteBufUtil.getBytes(compressed);
    FrameLaws.release(compressed);
    allocator.assertAllReleased();
    ByteBuf again = decompress(type, bytes, content.length);
    if (!Unpooled.wrappedBuffer(content).equals(again)) {
      throw new AssertionError(
          "at level %d, %s becomes %s and that %s"
              .formatted(
                  level,
                  ByteBufUtil.hexDump(content),
                  ByteBufUtil.hexDump(bytes),
                  again == null ? "nothing" : ByteBufUtil.hexDump(again)));
    }
    if (content.length > 0 && !tooMuch(type, bytes, content.length - 1)) {
      throw new AssertionError(
          "more came out of " + ByteBufUtil.hexDump(bytes) + " than was allowed");
    }
  }

  private static boolean tooMuch(CompressionType type, byte[] bytes, int maxBytes) {
    return decompress(type, Unpooled.wrappedBuffer(bytes), maxBytes).isOversized();
  }
}
