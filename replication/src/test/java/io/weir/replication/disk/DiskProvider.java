package io.weir.replication.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} asks for, done on a {@link SimulatedDisk}. Stateless. */
final class DiskProvider extends FileSystemProvider {
  @Override
  public String getScheme() {
    return "simulated";
  }

  private static SimulatedDisk begin(Path path) throws IOException {
    SimulatedDisk disk = DiskPath.of(path).getFileSystem().disk();
    disk.operation(disk.life());
    return disk;
  }

  private static @Nullable DiskNode find(Path path) {
    DiskNode node = DiskPath.of(path).getFileSystem().disk().root();
    for (String name : DiskPath.of(path).names()) {
      node = node instanceof DiskDirectory directory ? directory.get(name) : null;
    }
    return node;
  }

  private static DiskNode get(Path path) throws NoSuchFileException {
    DiskNode node = find(path);
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private static DiskDirectory parent(Path path) throws NoSuchFileException {
    Path parent = path.getParent();
    if (parent != null && find(parent) instanceof DiskDirectory directory) {
      return directory;
    }
    throw new NoSuchFileException(path.toString());
  }

  private static String name(Path path) {
    return DiskPath.of(path).names().getLast();
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    SimulatedDisk disk = begin(path);
    DiskNode node = find(path);
    if (node != null && options.contains(StandardOpenOption.CREATE_NEW)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (node == null) {
      if (!options.contains(StandardOpenOption.CREATE)
          && !options.contains(StandardOpenOption.CREATE_NEW)) {
        throw new NoSuchFileException(path.toString());
      }
      node = new DiskFile();
      parent(path).add(name(path), node);
    }
    if (node instanceof DiskFile file && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      file.truncate(0);
    }
    return new DiskChannel(
        DiskPath.of(path).getFileSystem(),
        node,
        disk.life(),
        options.contains(StandardOpenOption.APPEND));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    return newFileChannel(path, options, attrs);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
    begin(dir);
    if (!(get(dir) instanceof DiskDirectory directory)) {
      throw new NotDirectoryException(dir.toString());
    }
    List<Path> found = new ArrayList<>();
    for (String name : directory.names()) {
      Path path = dir.resolve(name);
      if (filter.accept(path)) {
        found.add(path);
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return found.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attrs) throws IOException {
    begin(dir);
    if (find(dir) != null) {
      throw new FileAlreadyExistsException(dir.toString());
    }
    parent(dir).add(name(dir), new DiskDirectory());
  }

  @Override
  public void delete(Path path) throws IOException {
    begin(path);
    if (get(path) instanceof DiskDirectory directory && !directory.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    parent(path).remove(name(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new UnsupportedOperationException("nothing is copied");
  }

  /** Within one directory. */
  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    begin(source);
    DiskNode node = get(source);
    DiskNode replaced = find(target);
    boolean replaces =
        Arrays.asList(options).contains(StandardCopyOption.ATOMIC_MOVE)
            || Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING);
    if (replaced != null && !replaces) {
      throw new FileAlreadyExistsException(target.toString());
    }
    if (replaced instanceof DiskDirectory directory && !directory.isEmpty()) {
      throw new DirectoryNotEmptyException(target.toString());
    }
    if (parent(source) != parent(target)) {
      throw new UnsupportedOperationException("a move to another directory");
    }
    parent(source).rename(name(source), name(target), node);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return get(path) == get(other);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw new UnsupportedOperationException("there are no file stores");
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    begin(path);
    get(path);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    begin(path);
    return type.cast(new Attributes(get(path)));
  }

  private record Attributes(DiskNode node) implements BasicFileAttributes {
    @Override
    public FileTime lastModifiedTime() {
      return FileTime.fromMillis(node instanceof DiskFile file ? file.modifiedMs() : 0);
    }

    @Override
    public FileTime lastAccessTime() {
      return lastModifiedTime();
    }

    @Override
    public FileTime creationTime() {
      return lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
      return node instanceof DiskFile;
    }

    @Override
    public boolean isDirectory() {
      return node instanceof DiskDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
      return false;
    }

    @Override
    public boolean isOther() {
      return false;
    }

    @Override
    public long size() {
      return node instanceof DiskFile file ? file.length() : 0;
    }

    @Override
    public Object fileKey() {
      return node;
    }
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return type.cast(
        new BasicFileAttributeView() {
          @Override
          public String name() {
            return "basic";
          }

          @Override
          public BasicFileAttributes readAttributes() throws IOException {
            return DiskProvider.this.readAttributes(path, BasicFileAttributes.class);
          }

          @Override
          public void setTimes(
              @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
              throws IOException {
            begin(path);
            if (get(path) instanceof DiskFile file && modified != null) {
              file.modifiedAt(modified.toMillis());
            }
          }
        });
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
    throw new UnsupportedOperationException("attributes have no names");
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options) {
    throw new UnsupportedOperationException("attributes have no names");
  }

  @Override
  public DiskFileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException("a disk is made by its constructor");
  }

  @Override
  public DiskFileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("a disk is made by its constructor");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("a disk gives its own paths");
  }
}
