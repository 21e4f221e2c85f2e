package io.weir.replication.log;

import io.weir.replication.journal.FolderNames;
import io.weir.replication.journal.Journal;
import io.weir.replication.journal.JournalReader;
import io.weir.replication.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that holds logs of a node, and whose it is. Thread-safe: what changes is guarded by
 * this object's lock.
 *
 * <ul>
 *   <li>{@code .lock}: held while a process uses the directory
 *   <li>{@code weir.properties}: node id, storage id, cluster id, its own id and those of the
 *       node's other directories
 *   <li>{@code .clean-stop}: there only between a clean stop and the next start
 *   <li>{@code high-watermarks}: as of the last checkpoint
 *   <li>{@code journal}: see {@link Journal}
 *   <li>a folder for each partition, see {@link PartitionFolder}
 * </ul>
 *
 * <pre>
 *   online ── {@link #fail} ──► offline, for as long as the process lives
 * </pre>
 */
public final class LogDirectory implements AutoCloseable {
  static final String IDENTITY = "weir.properties";
  private static final String CLEAN_STOP = ".clean-stop";
  private static final String JOURNAL = "journal";
  private static final String PROBE = ".probe";

  private final Path path;
  private final DirectoryLock lock;
  private final Executor background;
  private final boolean afterCleanStop;
  private final Map<String, Long> highWatermarks;
  private final Set<String> opened = new HashSet<>();
  private final Journal journal;
  private final AtomicReference<Consumer<Throwable>> onFailure = new AtomicReference<>(_ -> {});
  private DirectoryIdentity identity;
  private boolean closed;
  private final DirectorySpace space;
  private volatile @Nullable String failure;

  private LogDirectory(
      Path path,
      DirectoryLock lock,
      DirectoryIdentity identity,
      boolean afterCleanStop,
      Executor background,
      JournalSettings journalSettings)
      throws IOException {
    this.path = path;
    this.lock = lock;
    this.identity = identity;
    this.afterCleanStop = afterCleanStop;
    this.background = background;
    this.highWatermarks = readHighWatermarks();
    this.journal =
        new Journal(
            path.resolve(JOURNAL),
            journalSettings,
            new SecureRandom(),
            cause -> onFailure.get().accept(cause));
    this.space = new DirectorySpace(path);
  }

  /**
   * Opens the directory, which is made where it is not there yet.
   *
   * @param random gives a new directory its storage id
   * @param background runs what waits for the disk, as long as the directory is open
   * @throws LogDirectoryException when it is in use, another node's, or cannot be read, or its
   *     journal is damaged
   */
  public static LogDirectory open(
      Path path, int nodeId, RandomGenerator random, Executor background) {
    return open(path, nodeId, random, background, JournalSettings.defaults());
  }

  /** The same, with a journal of these sizes. */
  public static LogDirectory open(
      Path path,
      int nodeId,
      RandomGenerator random,
      Executor background,
      JournalSettings journalSettings) {
    return open(path, nodeId, DirectoryIdentity.newId(random), random, background, journalSettings);
  }

  /**
   * As the others.
   *
   * @param storageId of the node, for a directory that is new
   */
  static LogDirectory open(
      Path path, int nodeId, String storageId, RandomGenerator random, Executor background) {
    return open(path, nodeId, storageId, random, background, JournalSettings.defaults());
  }

  private static LogDirectory open(
      Path path,
      int nodeId,
      String storageId,
      RandomGenerator random,
      Executor background,
      JournalSettings journalSettings) {
    try {
      Files.createDirectories(path);
      DirectoryLock lock = DirectoryLock.take(path);
      boolean opened = false;
      try {
        DirectoryIdentity identity = identify(path, nodeId, storageId, random);
        boolean clean = settleJournal(path, background);
        LogDirectory directory =
            new LogDirectory(path, lock, identity, clean, background, journalSettings);
        directory.removeDoomedFolders();
        int partitions = directory.partitions().size();
        background.execute(() -> OpenFileLimit.check(path, partitions));
        opened = true;
        return directory;
      } finally {
        if (!opened) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new LogDirectoryException(
          "%s: cannot be used (%s): check that it is there and can be written to"
              .formatted(path, e),
          e);
    }
  }

  private static DirectoryIdentity identify(
      Path path, int nodeId, String storageId, RandomGenerator random) throws IOException {
    Path file = path.resolve(IDENTITY);
    DirectoryIdentity found = DirectoryIdentity.read(file);
    if (found == null) {
      DirectoryIdentity created = DirectoryIdentity.create(nodeId, storageId, random);
      created.write(file);
      return created;
    }
    if (found.nodeId() != nodeId) {
      throw new LogDirectoryException(
          "%s: belongs to node %d, this is node %d: set node.id=%d, or another log.dirs"
              .formatted(path, found.nodeId(), nodeId, found.nodeId()));
    }
    return found;
  }

  /**
   * Empties the journal: after a clean stop it is void, otherwise the logs first get what it has.
   *
   * @return whether the last stop was clean
   */
  private static boolean settleJournal(Path path, Executor background) throws IOException {
    Path journal = path.resolve(JOURNAL);
    if (!Files.exists(path.resolve(CLEAN_STOP))) {
      JournalReplay.replay(path, JournalReader.read(journal), background);
    }
    JournalReader.clear(journal);
    return takeCleanStopMark(path);
  }

  /** Whether the last stop was clean. The mark goes at once, so that a crash leaves none. */
  private static boolean takeCleanStopMark(Path path) throws IOException {
    boolean found = Files.deleteIfExists(path.resolve(CLEAN_STOP));
    FolderNames.force(path);
    return found;
  }

  private void removeDoomedFolders() throws IOException {
    for (Path folder : folders()) {
      if (DoomedFolder.isDoomed(folder)) {
        DoomedFolder.remove(folder);
      }
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> found = Files.list(path)) {
      return found.filter(Files::isDirectory).sorted().toList();
    }
  }

  public Path path() {
    return path;
  }

  public synchronized int nodeId() {
    return identity.nodeId();
  }

  /** 22 random characters, the same as long as the directory lives. */
  public synchronized String storageId() {
    return identity.storageId();
  }

  /** 22 random characters, of this directory alone. */
  public synchronized String directoryId() {
    return identity.directoryId();
  }

  /** Ids of all directories that the node is known to have. */
  synchronized Set<String> knownDirectories() {
    return identity.directories();
  }

  /** Puts on record which directories the node has. */
  synchronized void knowDirectories(Set<String> ids) {
    if (ids.equals(identity.directories())) {
      return;
    }
    try {
      DirectoryIdentity knowing = identity.withDirectories(ids);
      knowing.write(path.resolve(IDENTITY));
      identity = knowing;
    } catch (IOException e) {
      throw new LogDirectoryException("%s: cannot be written to (%s)".formatted(path, e), e);
    }
  }

  /** How much room there is. */
  public DirectorySpace space() {
    return space;
  }

  /** Whether it serves; once it does not, it never does again in this process. */
  public boolean isOnline() {
    return failure == null;
  }

  /** Why it is offline, in one line; null while it is online. */
  public @Nullable String failure() {
    return failure;
  }

  /**
   * Takes it out of service: what is in its files is not known any more.
   *
   * @return false when it was so already
   */
  public synchronized boolean fail(String reason) {
    boolean first = failure == null;
    if (first) {
      failure = reason;
    }
    return first;
  }

  /**
   * Writes a small file and puts it on disk, to find out whether that can be done. A full disk is
   * not a broken one. Blocks.
   */
  public void probe() throws IOException {
    Path probe = path.resolve(PROBE);
    try (FileChannel channel =
        FileChannel.open(probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
      channel.force(true);
    } catch (IOException e) {
      if (!DiskFull.is(e)) {
        throw e;
      }
    }
    Files.deleteIfExists(probe);
    Files.readAttributes(path, BasicFileAttributes.class);
  }

  /** Null until {@link #bindToCluster}. */
  public synchronized @Nullable String clusterId() {
    return identity.clusterId();
  }

  /**
   * Makes the directory one of that cluster, for good.
   *
   * @throws LogDirectoryException when it is one of another cluster
   */
  public synchronized void bindToCluster(String clusterId) {
    String known = identity.clusterId();
    if (clusterId.equals(known)) {
      return;
    }
    if (known != null) {
      throw new LogDirectoryException(
          "%s: belongs to cluster %s, this is cluster %s: check zookeeper.connect, or set another log.dirs"
              .formatted(path, known, clusterId));
    }
    try {
      DirectoryIdentity bound = identity.withClusterId(clusterId);
      bound.write(path.resolve(IDENTITY));
      identity = bound;
    } catch (IOException e) {
      throw new LogDirectoryException("%s: cannot be written to (%s)".formatted(path, e), e);
    }
  }

  /** Whether all logs were closed when the directory was last used. */
  public boolean afterCleanStop() {
    return afterCleanStop;
  }

  /** The partitions that have a folder, in the order of their names. */
  public List<PartitionFolder> partitions() {
    try {
      List<PartitionFolder> partitions = new ArrayList<>();
      for (Path folder : folders()) {
        PartitionFolder partition = PartitionFolder.parse(String.valueOf(folder.getFileName()));
        if (partition != null) {
          partitions.add(partition);
        }
      }
      return partitions;
    } catch (IOException e) {
      throw new LogFailure("%s: cannot be listed: %s".formatted(path, e), e);
    }
  }

  /**
   * Opens the log of a partition, which begins empty where it has no folder yet. The clean stop
   * vouches for a log once: one that is opened again, perhaps after a failure, is checked.
   */
  public PartitionLog openLog(PartitionFolder partition, LogConfig config) {
    String name = partition.name();
    boolean vouchedFor;
    synchronized (this) {
      vouchedFor = opened.add(name) && afterCleanStop;
    }
    return PartitionLog.open(path.resolve(name), config, vouchedFor, background, journal);
  }

  /**
   * What is to be done when the directory can no longer be written to: its journal failed. All logs
   * that use the journal fail by themselves. Runs at most once, on a thread of the journal.
   */
  public void onDirectoryFailure(Consumer<Throwable> listener) {
    onFailure.set(listener);
  }

  /** Removes the folder of a partition whose log is not open. */
  public void deleteFolder(PartitionFolder partition) {
    Path folder = path.resolve(partition.name());
    try {
      if (Files.exists(folder)) {
        Path doomed = DoomedFolder.rename(folder);
        background.execute(() -> DoomedFolder.removeQuietly(doomed));
      }
    } catch (IOException e) {
      throw new LogFailure("%s: cannot be deleted: %s".formatted(folder, e), e);
    }
  }

  /** High watermark as of the last checkpoint; 0 where there is none. */
  public synchronized long highWatermark(PartitionFolder partition) {
    return highWatermarks.getOrDefault(partition.name(), 0L);
  }

  /** Writes the high watermarks of all partitions, in place of all that were written before. */
  public synchronized void checkpointHighWatermarks(Map<PartitionFolder, Long> all) {
    highWatermarks.clear();
    all.forEach((partition, offset) -> highWatermarks.put(partition.name(), offset));
    List<String> lines = new ArrayList<>(all.size());
    highWatermarks.forEach((name, offset) -> lines.add(name + " " + offset));
    try {
      highWatermarksFile().write(lines, false);
    } catch (IOException e) {
      throw new LogFailure("%s: cannot write high watermarks: %s".formatted(path, e), e);
    }
  }

  private Map<String, Long> readHighWatermarks() throws IOException {
    Map<String, Long> all = new HashMap<>();
    List<String> lines = highWatermarksFile().read();
    for (String line : lines == null ? List.<String>of() : lines) {
      int space = line.lastIndexOf(' ');
      all.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
    }
    return all;
  }

  private CheckpointFile highWatermarksFile() {
    return new CheckpointFile(path.resolve("high-watermarks"));
  }

  /**
   * Gives the directory up after all its logs were closed without a failure: the next start need
   * not read them. Where the last stop was not clean and there are logs that nobody has opened
   * since, this one is not either: they are still to be checked.
   */
  public synchronized void closeCleanly() {
    if (closed) {
      return;
    }
    journal.close();
    try {
      if (afterCleanStop || haveAllBeenOpened()) {
        Files.createFile(path.resolve(CLEAN_STOP));
        FolderNames.force(path);
      }
    } catch (IOException e) {
      throw new LogFailure("%s: cannot mark the clean stop: %s".formatted(path, e), e);
    } finally {
      close();
    }
  }

  private boolean haveAllBeenOpened() {
    return partitions().stream().allMatch(partition -> opened.contains(partition.name()));
  }

  /** Gives the directory up without saying that its logs are in order. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    journal.close();
    try {
      lock.close();
    } catch (IOException e) {
      throw new LogFailure("%s: cannot be unlocked: %s".formatted(path, e), e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
