package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Batches in a segment's file, to be sent from there without passing through memory. Holds a
 * reference on the file, so that it stays until {@link #release()}. Thread-safe: the bytes below a
 * segment's end never change, and releasing twice does nothing.
 */
public final class FileRecords implements Records {
  private static final int SCAN_BYTES = 8 * 1024;

  private final FileChannel channel;
  private final long position;
  private final int sizeInBytes;
  private final Runnable onRelease;
  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * @param position where the first batch starts in the file
   * @param onRelease runs once, on the thread that releases
   */
  public FileRecords(FileChannel channel, long position, int sizeInBytes, Runnable onRelease) {
    if (position < 0 || sizeInBytes < 0) {
      throw new IllegalArgumentException("position " + position + ", size " + sizeInBytes);
    }
    this.channel = channel;
    this.position = position;
    this.sizeInBytes = sizeInBytes;
    this.onRelease = onRelease;
  }

  public FileChannel channel() {
    return channel;
  }

  public long position() {
    return position;
  }

  @Override
  public int sizeInBytes() {
    return sizeInBytes;
  }

  /**
   * Appends all bytes to a buffer; waits for the disk where they are not in memory.
   *
   * @throws UncheckedIOException when they cannot be read, or the file ends before them
   */
  public void readInto(ByteBuf target) {
    try {
      for (int read = 0; read < sizeInBytes; ) {
        int count = target.writeBytes(channel, position + read, sizeInBytes - read);
        if (count < 0) {
          throw new EOFException("the file ends at " + (position + read));
        }
        read += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Bytes of the batches before the first one of that codec; all bytes, where there is none. Looks
   * at headers only, but waits for the disk where they are not in memory.
   *
   * @throws UncheckedIOException when they cannot be read, or the file ends before them
   * @throws CorruptBatchException when a batch's length cannot be right
   */
  public int bytesBefore(CompressionType type) {
    ByteBuf block = Unpooled.buffer(SCAN_BYTES, SCAN_BYTES);
    int blockStart = 0;
    int length;
    for (int start = 0; start < sizeInBytes; start += length + BatchHeader.LENGTH_OVERHEAD) {
      if (start + BatchHeader.SIZE > blockStart + block.writerIndex()) {
        blockStart = start;
        int bytes = Math.min(SCAN_BYTES, sizeInBytes - start);
        new FileRecords(channel, position + start, bytes, () -> {}).readInto(block.clear());
      }
      int index = start - blockStart;
      length =
          block.writerIndex() - index < BatchHeader.SIZE
              ? 0
              : BatchHeader.batchLength(block, index);
      if (length < BatchHeader.SIZE - BatchHeader.LENGTH_OVERHEAD
          || length > sizeInBytes - start - BatchHeader.LENGTH_OVERHEAD) {
        throw new CorruptBatchException("no batch begins at byte " + (position + start));
      }
      if (BatchHeader.compressionType(block, index) == type) {
        return start;
      }
    }
    return sizeInBytes;
  }

  /** The first so many bytes. They take over the reference on the file, so release them instead. */
  public FileRecords first(int bytes) {
    return bytes == sizeInBytes ? this : new FileRecords(channel, position, bytes, this::release);
  }

  @Override
  public void release() {
    if (released.compareAndSet(false, true)) {
      onRelease.run();
    }
  }

  @Override
  public String toString() {
    return "FileRecords[position=" + position + ", sizeInBytes=" + sizeInBytes + "]";
  }
}
