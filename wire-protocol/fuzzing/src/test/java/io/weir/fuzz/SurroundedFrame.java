package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * A frame as it lies in what a connection has received: other bytes before it and after it, within
 * the same buffer. Confined to one thread.
 *
 * <p>Whoever reads past the frame reads these bytes, so that two surroundings give two results.
 */
final class SurroundedFrame {
  private static final int MARGIN = 32;

  private final byte[] memory;
  private final byte[] original;
  private final ByteBuf buffer;

  /**
   * @param from index of the frame's first byte
   * @param surroundings the byte that is all around
   */
  SurroundedFrame(byte[] bytes, int from, int surroundings) {
    int length = bytes.length - from;
    memory = new byte[MARGIN + length + MARGIN];
    Arrays.fill(memory, (byte) surroundings);
    System.arraycopy(bytes, from, memory, MARGIN, length);
    original = memory.clone();
    buffer = Unpooled.wrappedBuffer(memory).setIndex(MARGIN, MARGIN + length);
  }

  /** From its reader to its writer index. */
  ByteBuf buffer() {
    return buffer;
  }

  int bytesRead() {
    return buffer.readerIndex() - MARGIN;
  }

  /** When all that was read has been given back: nothing holds the buffer, and nothing wrote. */
  void assertLeftAlone() {
    assertSurroundingsLeftAlone();
    if (!Arrays.equals(memory, original)) {
      throw new AssertionError("reading has changed the frame");
    }
  }

  /** As {@link #assertLeftAlone}, but the frame itself may have been changed. */
  void assertSurroundingsLeftAlone() {
    int end = memory.length - MARGIN;
    if (!Arrays.equals(memory, 0, MARGIN, original, 0, MARGIN)
        || !Arrays.equals(memory, end, memory.length, original, end, original.length)) {
      throw new AssertionError("something was written outside the frame");
    }
    if (buffer.refCnt() != 1) {
      throw new AssertionError("the frame has " + buffer.refCnt() + " references instead of 1");
    }
    if (buffer.readerIndex() > buffer.writerIndex() || buffer.writerIndex() != end) {
      throw new AssertionError("read past the frame");
    }
  }
}
