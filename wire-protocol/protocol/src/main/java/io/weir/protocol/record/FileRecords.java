package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
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
