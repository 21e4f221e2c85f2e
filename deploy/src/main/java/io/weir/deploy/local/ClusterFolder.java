package io.weir.deploy.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.cli.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The folder of a local cluster, and what lies where in it:
 *
 * <pre>
 *   cluster.properties       nodes, ports, processes: what `weir status` and `weir down` go by
 *   node-1.properties        the configuration of node 1, written anew at each start
 *   node-1.log               what node 1 says
 *   node-1.pid               its process, while it runs under `weir up`
 *   node-1/                  its data
 *   zookeeper/               the data of the embedded ZooKeeper
 *   zookeeper.log            what it warns of
 *   weir.log                 what a detached `weir up` says
 *   .lock                    held by the running `weir up`
 * </pre>
 *
 * <p>Immutable; methods touch files and may be called from any thread.
 */
public final class ClusterFolder {
  /** The name of the folder under the current directory when none is given. */
  public static final String DEFAULT_NAME = "weir-data";

  private final Path folder;

  public ClusterFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path path() {
    return folder;
  }

  /** Whether commands that are given no folder, in the current directory, mean this one. */
  boolean isDefault() {
    return folder.equals(Path.of(DEFAULT_NAME).toAbsolutePath().normalize());
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  Path configuration(int nodeId) {
    return folder.resolve("node-" + nodeId + ".properties");
  }

  Path log(int nodeId) {
    return folder.resolve("node-" + nodeId + ".log");
  }

  Path pid(int nodeId) {
    return folder.resolve("node-" + nodeId + ".pid");
  }

  Path data(int nodeId) {
    return folder.resolve("node-" + nodeId);
  }

  Path zooKeeperData() {
    return folder.resolve("zookeeper");
  }

  Path zooKeeperLog() {
    return folder.resolve("zookeeper.log");
  }

  Path supervisorLog() {
    return folder.resolve("weir.log");
  }

  private Path state() {
    return folder.resolve("cluster.properties");
  }

  /** What the last start left; empty when there was none. */
  Optional<ClusterState> readState() {
    if (!Files.exists(state())) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(state(), UTF_8)) {
      properties.load(in);
      return Optional.of(ClusterState.of(properties));
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailure(
          state() + " cannot be read (" + e + ")",
          "remove it, 'weir up' writes a new one; the data is not in it");
    }
  }

  void writeState(ClusterState state) {
    write(
        state(),
        text(state.toProperties(), "Written by 'weir up': the local cluster in this folder."));
  }

  void writeConfiguration(int nodeId, Properties configuration) {
    write(
        configuration(nodeId),
        text(configuration, "Written by 'weir up' at each start: changes here are lost."));
  }

  void writePid(int nodeId, long pid) {
    write(pid(nodeId), pid + "\n");
  }

  void deletePid(int nodeId) {
    try {
      Files.deleteIfExists(pid(nodeId));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static String text(Properties properties, String comment) {
    StringWriter text = new StringWriter();
    text.append("# ").append(comment).append('\n');
    properties.stringPropertyNames().stream()
        .sorted()
        .forEach(name -> text.append(name + "=" + escape(properties.getProperty(name, "")) + "\n"));
    return text.toString();
  }

  /** As {@link Properties#load} reads it back. */
  private static String escape(String value) {
    String escaped =
        value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    return escaped.startsWith(" ") ? "\\" + escaped : escaped;
  }

  /** Others see the old content or the new one, never a part. */
  private void write(Path file, String content) {
    try {
      Path temporary = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private CommandFailure unusable(IOException e) {
    return new CommandFailure(
        "the folder " + folder + " cannot be written (" + e + ")",
        "check its permissions and the space on its disk");
  }
}
