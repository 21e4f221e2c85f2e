package io.weir.replication.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path of a {@link SimulatedDisk}: names below its root, or below some other path. Immutable. */
record DiskPath(DiskFileSystem fileSystem, boolean absolute, List<String> names) implements Path {
  static DiskPath of(Path path) {
    if (path instanceof DiskPath known) {
      return known;
    }
    throw new ProviderMismatchException(path + " is not on the simulated disk");
  }

  private DiskPath with(boolean isAbsolute, List<String> all) {
    return new DiskPath(fileSystem, isAbsolute, all);
  }

  @Override
  public DiskFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable Path getRoot() {
    return absolute ? with(true, List.of()) : null;
  }

  @Override
  public @Nullable Path getFileName() {
    return names.isEmpty() ? null : with(false, List.of(names.getLast()));
  }

  @Override
  public @Nullable Path getParent() {
    return names.isEmpty() || (!absolute && names.size() == 1)
        ? null
        : with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public Path getName(int index) {
    return with(false, List.of(names.get(index)));
  }

  @Override
  public Path subpath(int beginIndex, int endIndex) {
    return with(false, List.copyOf(names.subList(beginIndex, endIndex)));
  }

  @Override
  public boolean startsWith(Path other) {
    DiskPath start = of(other);
    return start.absolute == absolute
        && start.names.size() <= names.size()
        && names.subList(0, start.names.size()).equals(start.names);
  }

  @Override
  public boolean endsWith(Path other) {
    DiskPath end = of(other);
    int from = names.size() - end.names.size();
    return end.absolute
        ? equals(end)
        : from >= 0 && names.subList(from, names.size()).equals(end.names);
  }

  @Override
  public Path normalize() {
    return this;
  }

  @Override
  public Path resolve(Path other) {
    DiskPath below = of(other);
    if (below.absolute) {
      return below;
    }
    List<String> all = new java.util.ArrayList<>(names);
    all.addAll(below.names);
    return with(absolute, all);
  }

  @Override
  public Path relativize(Path other) {
    if (!other.startsWith(this)) {
      throw new IllegalArgumentException(other + " is not below " + this);
    }
    return other.getNameCount() == getNameCount()
        ? with(false, List.of())
        : other.subpath(getNameCount(), other.getNameCount());
  }

  @Override
  public URI toUri() {
    return URI.create("simulated:" + this);
  }

  @Override
  public Path toAbsolutePath() {
    return absolute ? this : with(true, names);
  }

  @Override
  public Path toRealPath(LinkOption... options) {
    return toAbsolutePath();
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    throw new UnsupportedOperationException("nothing can be watched");
  }

  @Override
  public int compareTo(Path other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return (absolute ? "/" : "") + String.join("/", names);
  }
}
