package io.weir.protocol.record;

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
