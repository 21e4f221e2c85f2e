package io.weir.replication.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All log directories of a node, and which partition lies in which. Thread-safe: what changes is
 * guarded by this object's lock. docs/decisions/0010-log-directories.md tells how a node's storage
 * follows from its directories.
 *
 * <p>Invariant: a partition is served from one directory. It begins empty only where nothing of it
 * can be elsewhere: not in a directory that is offline, nor in one that the node is known to have
 * and that is not here.
 */
public final class LogDirectories implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogDirectories.class);

  private final List<LogDirectory> all;
  private final List<Path> unusable;

  /** Directories that are on record and not here. */
  private final Set<String> missing;

  private final long minFreeBytes;
  private final Map<String, LogDirectory> places = new HashMap<>();
  private final Map<LogDirectory, Integer> counts = new HashMap<>();
  private final Set<String> ambiguous = new HashSet<>();

  /** Partitions that may lie in a directory that is missing. */
  private final Set<String> awaited = new HashSet<>();

  /** Where a partition's log is. */
  public sealed interface Place {
    /** Here, or here from now on. */
    record Found(LogDirectory directory) implements Place {}

    /** It cannot be opened, and must not begin empty. */
    record Lost(String why) implements Place {}
  }

  private LogDirectories(
      List<LogDirectory> all, List<Path> unusable, Set<String> missing, long minFreeBytes) {
    this.all = List.copyOf(all);
    this.unusable = List.copyOf(unusable);
    this.missing = Set.copyOf(missing);
    this.minFreeBytes = minFreeBytes;
    for (LogDirectory directory : all) {
      directory.partitions().forEach(partition -> found(partition, directory));
    }
  }

  /**
   * Opens a node's directories. One that cannot be read is left out with an error in the log; those
   * that are new become part of the node's storage.
   *
   * @param minFreeBytes see {@link DirectorySpace#take}
   * @throws LogDirectoryException when none can be used, one is in use or another node's, or they
   *     do not belong together
   */
  public static LogDirectories open(
      List<Path> paths,
      int nodeId,
      RandomGenerator random,
      Executor background,
      long minFreeBytes) {
    List<LogDirectory> opened = new ArrayList<>();
    List<Path> unusable = new ArrayList<>();
    boolean complete = false;
    try {
      String storageId = storageId(paths, random);
      for (Path path : paths) {
        LogDirectory directory = tryOpen(path, nodeId, storageId, random, background);
        if (directory == null) {
          unusable.add(path);
        } else {
          opened.add(directory);
        }
      }
      if (opened.isEmpty()) {
        throw new LogDirectoryException(
            "none of log.dirs can be used (%s): see the log for why".formatted(paths));
      }
      LogDirectories directories =
          new LogDirectories(opened, unusable, putOnRecord(opened), minFreeBytes);
      complete = true;
      return directories;
    } finally {
      if (!complete) {
        opened.forEach(LogDirectory::close);
      }
    }
  }

  /** The one directory of a node that has no other; closed with this. */
  public static LogDirectories of(LogDirectory directory) {
    return new LogDirectories(List.of(directory), List.of(), Set.of(), 0);
  }

  private static @Nullable LogDirectory tryOpen(
      Path path, int nodeId, String storageId, RandomGenerator random, Executor background) {
    try {
      LogDirectory directory = LogDirectory.open(path, nodeId, storageId, random, background);
      directory.space().look();
      return directory;
    } catch (LogDirectoryException e) {
      if (!(e.getCause() instanceof IOException)) {
        throw e;
      }
      LOG.error("The node goes on without a log directory. {}", e.getMessage());
    } catch (IOException e) {
      LOG.error("The node goes on without log directory {}: {}", path, e.toString());
    }
    return null;
  }

  /** That of the directories which have one; a new one when all are new. */
  private static String storageId(List<Path> paths, RandomGenerator random) {
    Path first = null;
    String storageId = null;
    for (Path path : paths) {
      DirectoryIdentity identity = identityOf(path);
      if (identity == null) {
        continue;
      }
      if (storageId != null && !storageId.equals(identity.storageId())) {
        throw new LogDirectoryException(
            "%s and %s are of different storages: give the node the directories that belong together"
                .formatted(first, path));
      }
      first = path;
      storageId = identity.storageId();
    }
    return storageId == null ? DirectoryIdentity.newId(random) : storageId;
  }

  private static @Nullable DirectoryIdentity identityOf(Path path) {
    try {
      return DirectoryIdentity.read(path.resolve(LogDirectory.IDENTITY));
    } catch (IOException e) {
      LOG.warn("{}: cannot be read: {}", path, e.toString());
      return null;
    }
  }

  /** Has each directory know of all others; which of those on record are not here. */
  private static Set<String> putOnRecord(List<LogDirectory> opened) {
    Set<String> here = new LinkedHashSet<>();
    Set<String> known = new TreeSet<>();
    for (LogDirectory directory : opened) {
      if (!here.add(directory.directoryId())) {
        throw new LogDirectoryException(
            "%s: is a copy of another directory in log.dirs: remove one of them"
                .formatted(directory.path()));
      }
      known.addAll(directory.knownDirectories());
    }
    known.addAll(here);
    opened.forEach(directory -> directory.knowDirectories(known));
    Set<String> missing = new TreeSet<>(known);
    missing.removeAll(here);
    if (!missing.isEmpty()) {
      LOG.error(
          "{} of this node's log directories are not there (ids {}): partitions that may lie in them"
              + " are offline",
          missing.size(),
          missing);
    }
    return missing;
  }

  private void found(PartitionFolder partition, LogDirectory directory) {
    LogDirectory other = places.get(partition.name());
    put(partition.name(), directory);
    if (other != null) {
      ambiguous.add(partition.name());
      LOG.error(
          "{}: lies in {} and in {}, and nothing tells which is the right one: offline until one of"
              + " them is moved away",
          partition.name(),
          other.path(),
          directory.path());
    }
  }

  private void put(String name, LogDirectory directory) {
    remove(name);
    places.put(name, directory);
    counts.merge(directory, 1, Integer::sum);
  }

  private void remove(String name) {
    LogDirectory before = places.remove(name);
    if (before != null) {
      counts.merge(before, -1, Integer::sum);
    }
  }

  /** In the order of {@code log.dirs}. */
  public List<LogDirectory> all() {
    return all;
  }

  /** Those of {@code log.dirs} that could not be used at the start. */
  public List<Path> unusable() {
    return unusable;
  }

  /** Of the node; each of its directories has it. */
  public String storageId() {
    return all.getFirst().storageId();
  }

  /**
   * Makes all of them directories of that cluster, for good.
   *
   * @throws LogDirectoryException when one is of another cluster
   */
  public void bindToCluster(String clusterId) {
    all.forEach(directory -> directory.bindToCluster(clusterId));
  }

  /**
   * Where a partition's log is. One that is nowhere gets a place, unless it may have had one.
   *
   * @param mayHoldData whether others count on what this node's replica holds
   */
  public synchronized Place place(PartitionFolder partition, boolean mayHoldData) {
    String name = partition.name();
    LogDirectory known = places.get(name);
    if (ambiguous.contains(name)) {
      return new Place.Lost(name + ": lies in two log directories");
    }
    if (known != null) {
      return known.isOnline()
          ? new Place.Found(known)
          : new Place.Lost("%s: its log directory %s is offline".formatted(name, known.path()));
    }
    if (mayHoldData && !missing.isEmpty()) {
      awaited.add(name);
      return new Place.Lost(
          "%s: may lie in a log directory that is not there (one of %s)".formatted(name, missing));
    }
    awaited.remove(name);
    return choose(name);
  }

  private Place choose(String name) {
    List<LogDirectory> online = all.stream().filter(LogDirectory::isOnline).toList();
    List<DirectoryPlacement.Candidate> candidates = online.stream().map(this::candidate).toList();
    int chosen = DirectoryPlacement.choose(candidates);
    if (chosen < 0) {
      return new Place.Lost(name + ": no log directory is online");
    }
    put(name, online.get(chosen));
    return new Place.Found(online.get(chosen));
  }

  private DirectoryPlacement.Candidate candidate(LogDirectory directory) {
    DirectorySpace space = directory.space();
    return new DirectoryPlacement.Candidate(
        space.freeBytes(),
        counts.getOrDefault(directory, 0),
        space.freeBytes() < space.reserve(minFreeBytes));
  }

  /** Where the partition lies; null when nowhere. */
  public synchronized @Nullable LogDirectory placeOf(PartitionFolder partition) {
    return places.get(partition.name());
  }

  /** The partition's folder has gone; where its directory is offline it has not. */
  public synchronized void forget(PartitionFolder partition) {
    LogDirectory directory = places.get(partition.name());
    if (directory != null && directory.isOnline() && !ambiguous.contains(partition.name())) {
      remove(partition.name());
    }
    awaited.remove(partition.name());
  }

  /** Takes room for a write in a directory; false: there is too little. Any thread, no waiting. */
  public boolean takeRoom(LogDirectory directory, long bytes, DirectorySpace.Writer writer) {
    return directory.space().take(bytes, writer, minFreeBytes);
  }

  /**
   * The node stops cleanly and knows all its partitions. Directories that are missing are forgotten
   * when no partition waits for them: whatever they held has other copies that count.
   */
  public synchronized void forgetMissing() {
    if (missing.isEmpty() || !awaited.isEmpty()) {
      return;
    }
    Set<String> here = new TreeSet<>();
    all.forEach(directory -> here.add(directory.directoryId()));
    all.stream()
        .filter(LogDirectory::isOnline)
        .forEach(directory -> directory.knowDirectories(here));
    LOG.info("No partition is waiting for the log directories {} any more", missing);
  }

  /** Gives all up without saying that their logs are in order. */
  @Override
  public void close() {
    all.forEach(LogDirectory::close);
  }
}
