package io.weir.replication.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps every other process out of a log directory, until it is closed or this process dies.
 * Thread-safe.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock, without waiting for it.
   *
   * @throws LogDirectoryException when someone else has it
   */
  static DirectoryLock take(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock();
      taken = lock != null;
    } catch (OverlappingFileLockException e) {
      // Held by another instance in this very process: not taken.
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    if (!taken) {
      throw new LogDirectoryException(
          directory
              + ": another node is using this directory: stop it, or give this one its own log.dirs");
    }
    return new DirectoryLock(channel);
  }

  /**
   * Gives the lock back. The file stays: to remove it would open a gap in which two could hold it.
   */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
