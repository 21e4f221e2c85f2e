package io.weir.replication.log;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whose a log directory is, as its {@code weir.properties} says. Immutable.
 *
 * @param storageId 22 random characters, made once: another directory under the same node id is
 *     another storage
 * @param clusterId null until the node first met its cluster
 */
record DirectoryIdentity(int nodeId, String storageId, @Nullable String clusterId) {
  private static final String VERSION = "1";

  static DirectoryIdentity create(int nodeId, RandomGenerator random) {
    byte[] id = new byte[16];
    random.nextBytes(id);
    return new DirectoryIdentity(
        nodeId, Base64.getUrlEncoder().withoutPadding().encodeToString(id), null);
  }

  DirectoryIdentity withClusterId(String id) {
    return new DirectoryIdentity(nodeId, storageId, id);
  }

  /**
   * Null when there is no such file: the directory is new.
   *
   * @throws LogDirectoryException when the file is damaged
   */
  static @Nullable DirectoryIdentity read(Path file) throws IOException {
    if (!file.toFile().exists()) {
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
    return new DirectoryIdentity(
        Integer.parseInt(nodeId), storageId, properties.getProperty("cluster.id"));
  }

  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("version=" + VERSION);
    lines.add("node.id=" + nodeId);
    lines.add("storage.id=" + storageId);
    if (clusterId != null) {
      lines.add("cluster.id=" + clusterId);
    }
    new CheckpointFile(file).write(lines, true);
  }
}
