package io.weir.replication.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * An open file, or an open directory, which can only be forced. Belongs to the life of the process
 * that opened it. Confined to one thread.
 */
final class DiskChannel extends FileChannel {
  private final DiskFileSystem fileSystem;
  private final DiskNode node;
  private final int life;
  private final boolean append;
  private long position;
  private boolean locked;

  DiskChannel(DiskFileSystem fileSystem, DiskNode node, int life, boolean append) {
    this.fileSystem = fileSystem;
    this.node = node;
    this.life = life;
    this.append = append;
  }

  private DiskFile file() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (node instanceof DiskFile file) {
      return file;
    }
    throw new IOException("Is a directory");
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int count = read(into, position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int count = into[i].hasRemaining() ? read(into[i]) : 0;
      if (count < 0) {
        return total == 0 ? -1 : total;
      }
      total += count;
    }
    return total;
  }

  @Override
  public int read(ByteBuffer into, long from) throws IOException {
    DiskFile file = file();
    fileSystem.disk().operation(life);
    if (from >= file.length()) {
      return -1;
    }
    byte[] bytes = new byte[Math.min(into.remaining(), file.length() - (int) from)];
    file.read((int) from, bytes, 0, bytes.length);
    into.put(bytes);
    return bytes.length;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return (int) write(new ByteBuffer[] {from}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    DiskFile file = file();
    if (append) {
      position = file.length();
    }
    int size = 0;
    for (int i = offset; i < offset + length; i++) {
      size += from[i].remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (int i = offset; i < offset + length; i++) {
      all.put(from[i].duplicate());
    }
    int written = fileSystem.disk().write(file, (int) position, all.array(), life);
    position += written;
    int left = written;
    for (int i = offset; i < offset + length; i++) {
      int count = Math.min(left, from[i].remaining());
      from[i].position(from[i].position() + count);
      left -= count;
    }
    return written;
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    byte[] bytes = new byte[from.remaining()];
    from.duplicate().get(bytes);
    int written = fileSystem.disk().write(file(), (int) at, bytes, life);
    from.position(from.position() + written);
    return written;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public FileChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    fileSystem.disk().operation(life);
    return file().length();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    fileSystem.disk().operation(life);
    file().truncate((int) size);
    position = Math.min(position, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    fileSystem.disk().force(node, life);
  }

  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.max(0, Math.min(count, file().length() - from)));
    while (bytes.hasRemaining() && read(bytes, from + bytes.position()) >= 0) {
      // until all is read
    }
    return target.write(bytes.flip());
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 8192));
    return source.read(bytes) < 0 ? 0 : write(bytes.flip(), at);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) {
    throw new UnsupportedOperationException("files are not mapped");
  }

  @Override
  public FileLock lock(long from, long size, boolean shared) throws IOException {
    return tryLock(from, size, shared);
  }

  @Override
  public FileLock tryLock(long from, long size, boolean shared) throws IOException {
    fileSystem.disk().operation(life);
    DiskFile file = file();
    if (!fileSystem.lock(file)) {
      throw new OverlappingFileLockException();
    }
    locked = true;
    return new FileLock(this, from, size, shared) {
      @Override
      public boolean isValid() {
        return locked;
      }

      @Override
      public void release() {
        unlock();
      }
    };
  }

  private void unlock() {
    if (locked && life == fileSystem.disk().life() && node instanceof DiskFile file) {
      fileSystem.unlock(file);
    }
    locked = false;
  }

  @Override
  protected void implCloseChannel() {
    unlock();
  }
}
