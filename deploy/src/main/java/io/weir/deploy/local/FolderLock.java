package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder to one process. The operating system lets go of the lock when the process ends,
 * however it ends, so a stale lock file means nothing. Immutable; held until {@link #close}.
 */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder if need be, and locks it.
   *
   * @param holder who else may have it, for the message
   * @throws CommandFailure when it is taken, or cannot be made or written
   */
  public static FolderLock take(Path folder, String holder) {
    FolderLock lock = tryTake(folder);
    if (lock == null) {
      throw new CommandFailure(
          holder + " is running on " + folder.toAbsolutePath(),
          "stop it first, or choose another --data-dir");
    }
    return lock;
  }

  /** As {@link #take}, with null when the folder is taken. */
  static @Nullable FolderLock tryTake(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        return null;
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new CommandFailure(
          "the folder " + folder.toAbsolutePath() + " cannot be used (" + e + ")",
          "check its path and permissions, or choose another --data-dir");
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // This very process has it.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CommandFailure(
          "a lock file did not close (" + e + ")", "see whether the disk is full or broken");
    }
  }
}
