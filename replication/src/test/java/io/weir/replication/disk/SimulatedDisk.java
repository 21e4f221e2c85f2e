package io.weir.replication.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory, and the page cache before it. What is not forced is lost when the power goes,
 * in whole or in part ({@link DiskFile}, {@link DiskDirectory} say how). All that is left to chance
 * comes from the generator. Confined to one thread.
 *
 * <pre>
 *   on --the chosen operation comes--> off (every operation fails) --kill, powerCut--> on
 * </pre>
 */
public final class SimulatedDisk {
  private final RandomGenerator random;
  private final DiskDirectory root = new DiskDirectory();
  private final DiskFileSystem fileSystem = new DiskFileSystem(this);
  private long operations;
  private long stopAt = Long.MAX_VALUE;
  private long failForceAt = Long.MAX_VALUE;
  private long forces;
  private long freeBytes = Long.MAX_VALUE;
  private boolean forceFailed;
  private int life;

  public SimulatedDisk(RandomGenerator random) {
    this.random = random;
  }

  /** A path on this disk, from its root. */
  public Path path(String absolute) {
    return fileSystem.getPath(absolute);
  }

  DiskDirectory root() {
    return root;
  }

  /** Nothing of the process comes to the disk any more from that many operations on. */
  public void stopAfter(long count) {
    stopAt = operations + count;
  }

  /** Whether the operation that {@link #stopAfter} chose has come. */
  public boolean isStopped() {
    return operations >= stopAt;
  }

  /** The force after that many others fails, and what it was to put on disk is lost in part. */
  public void failForceAfter(long count) {
    failForceAt = forces + count;
  }

  /** Whether a force has failed since the power was last cut. */
  public boolean forceFailed() {
    return forceFailed;
  }

  /** How much can still be written. */
  public void freeBytes(long bytes) {
    freeBytes = bytes;
  }

  /** The process is gone, with its locks and open files; the page cache is still there. */
  public void kill() {
    life++;
    stopAt = Long.MAX_VALUE;
    failForceAt = Long.MAX_VALUE;
    freeBytes = Long.MAX_VALUE;
    fileSystem.releaseLocks();
  }

  /** As {@link #kill}, and the page cache is gone as well. */
  public void powerCut() {
    kill();
    forceFailed = false;
    root.powerGoes(random);
  }

  /** Turns over one bit of one file whose name ends so; null when there is no byte to choose. */
  public @Nullable String flipBit(String suffix) {
    List<DiskFile> files = new ArrayList<>();
    List<String> names = new ArrayList<>();
    collect(root, "", suffix, files, names);
    if (files.isEmpty()) {
      return null;
    }
    int chosen = random.nextInt(files.size());
    DiskFile file = files.get(chosen);
    int position = random.nextInt(file.length());
    file.flipBit(position, random.nextInt(8));
    return names.get(chosen) + " at byte " + position;
  }

  private static void collect(
      DiskDirectory in, String path, String suffix, List<DiskFile> files, List<String> names) {
    for (String name : in.names()) {
      switch (in.get(name)) {
        case DiskFile file when name.endsWith(suffix) && file.length() > 0 -> {
          files.add(file);
          names.add(path + "/" + name);
        }
        case DiskDirectory below -> collect(below, path + "/" + name, suffix, files, names);
        case null, default -> {}
      }
    }
  }

  /** Which process's life it is: what was opened in an earlier one is of no more use. */
  int life() {
    return life;
  }

  /** Before each operation. */
  void operation(int ofLife) throws IOException {
    if (ofLife != life || operations >= stopAt) {
      throw new IOException("the process is dead");
    }
    operations++;
    if (operations >= stopAt) {
      throw new IOException("the process is dead");
    }
  }

  /**
   * Writes all of the bytes, or those for which there is room, or, when this is the process's last
   * operation, some of them.
   *
   * @return how many were written
   */
  int write(DiskFile file, int position, byte[] bytes, int ofLife) throws IOException {
    if (ofLife != life || operations >= stopAt) {
      throw new IOException("the process is dead");
    }
    operations++;
    boolean last = operations >= stopAt;
    int room = (int) Math.min(bytes.length, freeBytes);
    int count = last ? random.nextInt(room + 1) : room;
    file.write(position, count == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, count));
    if (freeBytes != Long.MAX_VALUE) {
      freeBytes -= count;
    }
    if (last) {
      throw new IOException("the process is dead");
    }
    if (count == 0 && bytes.length > 0) {
      throw new IOException("No space left on device");
    }
    return count;
  }

  void force(DiskNode node, int ofLife) throws IOException {
    operation(ofLife);
    if (forces++ == failForceAt && node instanceof DiskFile file) {
      forceFailed = true;
      file.forceFails(random);
      throw new IOException("Input/output error");
    }
    switch (node) {
      case DiskFile file -> file.force();
      case DiskDirectory directory -> directory.force();
    }
  }
}
