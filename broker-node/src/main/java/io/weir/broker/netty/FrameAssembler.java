package io.weir.broker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into frames: a length of four bytes, then as many bytes.
 * Confined to the connection's event loop.
 *
 * <p>Memory is taken as bytes arrive, never because a length announces them: a frame that came in
 * one piece is a slice of what was received; any other is gathered in a buffer that grows with what
 * has come, to sixteen times as much up to one MiB, beyond that to twice as much.
 */
final class FrameAssembler {
  private static final int LENGTH_BYTES = 4;

  /** A request of usual size is mostly gathered without moving it. */
  private static final int SMALL_FRAME_BYTES = 1 << 20;

  private static final int SMALL_FRAME_FACTOR = 16;
  private static final int UNKNOWN = -1;

  private final ByteBufAllocator allocator;
  private final int maxFrameBytes;
  private final Queue<ByteBuf> received = new ArrayDeque<>(4);
  private long receivedBytes;
  private int lengthBytesSeen;
  private int lengthSoFar;
  private int frameBytes = UNKNOWN;
  private @Nullable ByteBuf gathered;

  FrameAssembler(ByteBufAllocator allocator, int maxFrameBytes) {
    this.allocator = allocator;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Takes over the buffer. */
  void feed(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    receivedBytes += bytes.readableBytes();
    received.add(bytes);
  }

  /**
   * The next whole frame without its length, which the caller releases; null when more bytes are
   * needed.
   *
   * @throws BadFrameException a length is negative or above the bound; the connection is beyond
   *     repair
   */
  @Nullable ByteBuf next() throws BadFrameException {
    for (ByteBuf input = received.peek(); input != null; input = received.peek()) {
      ByteBuf frame = advance(input);
      if (!input.isReadable()) {
        received.remove().release();
      }
      if (frame != null) {
        return frame;
      }
    }
    return null;
  }

  /** Bytes of memory that belong to frames not handed out yet. */
  long heldBytes() {
    return receivedBytes + (gathered == null ? 0 : gathered.capacity());
  }

  /** Drops what has come so far. */
  void close() {
    received.forEach(ByteBuf::release);
    received.clear();
    receivedBytes = 0;
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  private @Nullable ByteBuf advance(ByteBuf input) throws BadFrameException {
    if (frameBytes == UNKNOWN && !readLength(input)) {
      return null;
    }
    if (gathered == null && input.readableBytes() >= frameBytes) {
      receivedBytes -= frameBytes;
      ByteBuf whole = input.readRetainedSlice(frameBytes);
      frameBytes = UNKNOWN;
      return whole;
    }
    return gather(input);
  }

  private boolean readLength(ByteBuf input) throws BadFrameException {
    while (lengthBytesSeen < LENGTH_BYTES && input.isReadable()) {
      lengthSoFar = lengthSoFar << 8 | input.readUnsignedByte();
      lengthBytesSeen++;
      receivedBytes--;
    }
    if (lengthBytesSeen < LENGTH_BYTES) {
      return false;
    }
    if (lengthSoFar < 0 || lengthSoFar > maxFrameBytes) {
      throw new BadFrameException(
          "a request of "
              + lengthSoFar
              + " bytes was announced, allowed are 0 to "
              + maxFrameBytes);
    }
    frameBytes = lengthSoFar;
    lengthBytesSeen = 0;
    lengthSoFar = 0;
    return true;
  }

  private @Nullable ByteBuf gather(ByteBuf input) {
    ByteBuf target = gathered;
    int had = target == null ? 0 : target.readableBytes();
    int bytes = Math.min(input.readableBytes(), frameBytes - had);
    if (target == null) {
      target = allocator.directBuffer(capacityFor(bytes), frameBytes);
      gathered = target;
    } else if (target.writableBytes() < bytes) {
      target.capacity(capacityFor(had + bytes));
    }
    target.writeBytes(input, bytes);
    receivedBytes -= bytes;
    if (had + bytes < frameBytes) {
      return null;
    }
    gathered = null;
    frameBytes = UNKNOWN;
    return target;
  }

  private int capacityFor(int bytes) {
    long smallFrame = Math.min(SMALL_FRAME_FACTOR * (long) bytes, SMALL_FRAME_BYTES);
    return (int) Math.min(frameBytes, Math.max(smallFrame, 2L * bytes));
  }
}
