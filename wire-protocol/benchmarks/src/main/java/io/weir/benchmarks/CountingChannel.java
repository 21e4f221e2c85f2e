package io.weir.benchmarks;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.kafka.common.network.TransferableChannel;

/**
 * A socket that takes everything at once and keeps nothing: it only counts. It takes what each
 * side's network layer gives to the kernel: from Kafka's the buffers of a gathering write, from
 * Netty's epoll transport address and length of each piece. What the JDK does besides, copying
 * buffers of the heap to memory outside, is left out.
 */
final class CountingChannel implements TransferableChannel {
  private static final int MAX_PIECES = 1024;

  private final long[] pieces;
  private int pieceCount;
  private long bytes;

  /**
   * @param pieces where Netty's transport keeps address and length of the pieces of a write, which
   *     it has for each event loop; see {@link #newPieces}
   */
  CountingChannel(long[] pieces) {
    this.pieces = pieces;
  }

  static long[] newPieces() {
    return new long[2 * MAX_PIECES];
  }

  /** As Netty's IovArray does with a buffer outside of the heap. */
  void write(ByteBuf source, int index, int length) {
    pieces[2 * pieceCount] = source.memoryAddress() + index;
    pieces[2 * pieceCount + 1] = length;
    pieceCount++;
    bytes += length;
  }

  /** All that has been written. */
  long bytes() {
    return bytes;
  }

  @Override
  public int write(ByteBuffer source) {
    int count = source.remaining();
    source.position(source.limit());
    bytes += count;
    return count;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    long count = 0;
    for (int i = offset; i < offset + length; i++) {
      count += write(sources[i]);
    }
    return count;
  }

  @Override
  public long write(ByteBuffer[] sources) {
    return write(sources, 0, sources.length);
  }

  @Override
  public long transferFrom(FileChannel file, long position, long count) {
    bytes += count;
    return count;
  }

  @Override
  public boolean hasPendingWrites() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
