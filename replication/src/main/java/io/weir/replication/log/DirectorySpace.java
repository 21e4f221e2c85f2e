package io.weir.replication.log;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much room a log directory's volume has. It is {@linkplain #look looked at} in the background;
 * in between each write takes its bytes off what was seen, so that however long it is until the
 * next look, no more is written than there was room for. Thread-safe.
 *
 * <p>Between two looks it is too low by what was deleted meanwhile, and too high by what others
 * wrote on the same volume.
 */
public final class DirectorySpace {
  private static final long DEFAULT_MIN_FREE_BYTES = 256L << 20;
  private static final int DEFAULT_MIN_FREE_SHARE = 20;

  private final Path path;
  private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
  private volatile long totalBytes = -1;
  private volatile long usableBytes = -1;

  /** Who wants to write. */
  public enum Writer {
    /** Refused as soon as there is less room than {@code log.dir.min.free.bytes}. */
    CLIENT,

    /**
     * A follower, or a coordinator that keeps its state: has half of the reserve to itself, so that
     * what clients were promised can be kept, and consumers can commit and so make room.
     */
    NODE
  }

  DirectorySpace(Path path) {
    this.path = path;
  }

  /**
   * Looks how much room there is. Blocks.
   *
   * @throws IOException the volume cannot be asked: perhaps it is gone
   */
  public void look() throws IOException {
    FileStore store = Files.getFileStore(path);
    long usable = store.getUsableSpace();
    totalBytes = store.getTotalSpace();
    usableBytes = usable;
    freeBytes.set(usable);
  }

  /**
   * Takes room for a write, where there is enough.
   *
   * @param minFreeBytes as {@code log.dir.min.free.bytes} has it: what is to stay free; negative
   *     for 256 MiB, or a twentieth of a smaller volume
   * @return false: the write is to be refused, and nothing is taken
   */
  public boolean take(long bytes, Writer writer, long minFreeBytes) {
    long reserve = reserve(minFreeBytes);
    long floor =
        switch (writer) {
          case CLIENT -> reserve;
          case NODE -> reserve / 2;
        };
    if (freeBytes.get() - bytes < floor) {
      return false;
    }
    freeBytes.addAndGet(-bytes);
    return true;
  }

  /** What is to stay free, in bytes; see {@link #take}. */
  public long reserve(long minFreeBytes) {
    if (minFreeBytes >= 0) {
      return minFreeBytes;
    }
    long total = totalBytes;
    return total < 0 ? 0 : Math.min(DEFAULT_MIN_FREE_BYTES, total / DEFAULT_MIN_FREE_SHARE);
  }

  /** Size of the volume when it was last looked at; -1 before. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Free space of the volume when it was last looked at; -1 before. */
  public long usableBytes() {
    return usableBytes;
  }

  /** Free space as it is believed to be now: what was seen without what was written since. */
  public long freeBytes() {
    return freeBytes.get();
  }
}
