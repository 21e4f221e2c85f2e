package io.weir.replication.log;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whose a log directory is, as its {@code weir.properties} says. Immutable.
 *
 * @param storageId 22 random characters, made once: another directory under the same node id is
 *     another storage
 * @param directoryId 22 random characters, of this directory alone
 * @param directories ids of all directories that the node is known to have, this one's among them
 * @param clusterId null until the node first met its cluster
 */
record DirectoryIdentity(
    int nodeId,
    String storageId,
    String directoryId,
    Set<String> directories,
    @Nullable String clusterId) {
  private static final String VERSION = "1";

  DirectoryIdentity {
    directories = Collections.unmodifiableSet(new TreeSet<>(directories));
  }

  /** Of a new directory. */
  static DirectoryIdentity create(int nodeId, String storageId, RandomGenerator random) {
    String id = newId(random);
    return new DirectoryIdentity(nodeId, storageId, id, Set.of(id), null);
  }

  static String newId(RandomGenerator random) {
    byte[] id = new byte[16];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  DirectoryIdentity withClusterId(String id) {
    return new DirectoryIdentity(nodeId, storageId, directoryId, directories, id);
  }

  DirectoryIdentity withDirectories(Set<String> ids) {
    return new DirectoryIdentity(nodeId, storageId, directoryId, ids, clusterId);
  }

  /**
   * Null when there is no such file: the directory is new.
   *
   * @throws LogDirectoryException when the file is damaged
   */
  static @Nullable DirectoryIdentity read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    List<String> lines = new CheckpointFile(file).read();
    Properties properties = new Properties();
    if (lines != null) {
      properties.load(new StringReader(String.join("\n", lines)));
    }
    String nodeId = properties.getProperty("node.id");
    String storageId = properties.getProperty("storage.id");
    if (nodeId == null || storageId == null || !VERSION.equals(properties.getProperty("version"))) {
      throw new LogDirectoryException(
          file
              + ": damaged or of another version: restore it from a backup, or give the node an empty log.dirs");
    }
    // A directory of before there could be several is the only one of its storage.
    String directoryId = properties.getProperty("directory.id", storageId);
    return new DirectoryIdentity(
        Integer.parseInt(nodeId),
        storageId,
        directoryId,
        Set.of(properties.getProperty("directories", directoryId).split(",")),
        properties.getProperty("cluster.id"));
  }

  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("version=" + VERSION);
    lines.add("node.id=" + nodeId);
    lines.add("storage.id=" + storageId);
    lines.add("directory.id=" + directoryId);
    lines.add("directories=" + String.join(",", directories));
    if (clusterId != null) {
      lines.add("cluster.id=" + clusterId);
    }
    new CheckpointFile(file).write(lines, true);
  }
}
