package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the bytes of any frame: they are read, or refused with the one exception of
 * decoding; the result depends on nothing outside the frame; it costs heap in proportion to the
 * bytes; records are given back; and what was read is the same after it was written and read again.
 *
 * <p>Stateless. A law that does not hold ends in an {@link AssertionError}.
 */
final class FrameLaws {
  /** Heap that a byte of input may cost, and what a frame may cost at all. */
  private static final long HEAP_PER_BYTE = 200;

  private static final long HEAP_PER_FRAME = 64 * 1024;

  private FrameLaws() {}

  /** A frame that was read: its head and its body in their version. Equal by content. */
  interface Frame {
    int size();

    void write(WireWriter out);

    void releaseRecords();
  }

  /** Reads a frame. */
  @FunctionalInterface
  interface Reader {
    /** Null when the head says that the body is nothing that is known. */
    @Nullable Frame read(WireReader in);
  }

  /**
   * Holds the laws against the bytes.
   *
   * @param from index of the frame's first byte
   * @param more what else holds for a frame that could be read; its records are released after it
   */
  static void check(byte[] bytes, int from, Reader reader, Consumer<Frame> more) {
    SurroundedFrame first = new SurroundedFrame(bytes, from, 0x00);
    SurroundedFrame second = new SurroundedFrame(bytes, from, 0xff);
    int start = first.buffer().readerIndex();
    Outcome outcome =
        Heap.within(
            HEAP_PER_FRAME + HEAP_PER_BYTE * (bytes.length - from),
            () -> {
              first.buffer().readerIndex(start);
              return read(first.buffer(), reader);
            },
            Outcome::release);
    Outcome other = read(second.buffer(), reader);
    if (!outcome.equals(other) || first.bytesRead() != second.bytesRead()) {
      throw new AssertionError(
          "what surrounds the frame has changed " + outcome + " into " + other);
    }
    if (outcome.frame() != null) {
      assertSameAfterWriting(outcome.frame(), reader);
      more.accept(outcome.frame());
    }
    outcome.release();
    other.release();
    first.assertLeftAlone();
    second.assertLeftAlone();
  }

  /** Either a frame, or why it was refused, or neither. */
  private record Outcome(@Nullable Frame frame, @Nullable String refusal) {
    void release() {
      if (frame != null) {
        frame.releaseRecords();
      }
    }
  }

  private static Outcome read(ByteBuf in, Reader reader) {
    try {
      return new Outcome(reader.read(new WireReader(in)), null);
    } catch (MalformedMessageException e) {
      return new Outcome(null, String.valueOf(e.getMessage()));
    }
  }

  private static void assertSameAfterWriting(Frame frame, Reader reader) {
    ByteBuf written = write(frame);
    Frame again = reader.read(new WireReader(written));
    if (again == null || !frame.equals(again)) {
      throw new AssertionError("written and read again, " + frame + " is " + again);
    }
    if (written.isReadable()) {
      throw new AssertionError(written.readableBytes() + " bytes too many written of " + frame);
    }
    again.releaseRecords();
    release(written);
  }

  /** Writes a frame into a buffer of just its size, which the caller releases. */
  static ByteBuf write(Frame frame) {
    int size = frame.size();
    ByteBuf out = Unpooled.buffer(size, size);
    frame.write(new WireWriter(out));
    if (out.readableBytes() != size) {
      throw new AssertionError(
          size + " bytes announced, " + out.readableBytes() + " written of " + frame);
    }
    return out;
  }

  /** Nothing else may hold the buffer; the one without any room belongs to nobody. */
  static void release(ByteBuf buffer) {
    if (!buffer.release() && buffer.maxCapacity() > 0) {
      throw new AssertionError("somebody holds what was written: " + buffer);
    }
  }
}
