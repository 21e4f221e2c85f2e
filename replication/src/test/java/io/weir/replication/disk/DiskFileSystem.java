package io.weir.replication.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The file system of one {@link SimulatedDisk}. Confined to one thread. */
final class DiskFileSystem extends FileSystem {
  private final SimulatedDisk disk;
  private final DiskProvider provider = new DiskProvider();
  private final Set<DiskFile> locked = new HashSet<>();

  DiskFileSystem(SimulatedDisk disk) {
    this.disk = disk;
  }

  SimulatedDisk disk() {
    return disk;
  }

  boolean lock(DiskFile file) {
    return locked.add(file);
  }

  void unlock(DiskFile file) {
    locked.remove(file);
  }

  void releaseLocks() {
    locked.clear();
  }

  @Override
  public DiskProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("the disk is never closed");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public Path getPath(String first, String... more) {
    List<String> names = new ArrayList<>();
    String all = more.length == 0 ? first : first + "/" + String.join("/", more);
    for (String name : all.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return new DiskPath(this, all.startsWith("/"), names);
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw new UnsupportedOperationException("there are no patterns");
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("there are no users");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("nothing can be watched");
  }
}
