package io.weir.deploy.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Options of a JVM that depend on its AOT cache (JEP 483). Immutable.
 *
 * @param options as the command line has them
 */
record JavaOptions(List<String> options) {
  /** Names the folder with the caches; the launcher sets it. */
  private static final String CACHES = "weir.aot.caches";

  JavaOptions {
    options = List.copyOf(options);
  }

  static JavaOptions none() {
    return new JavaOptions(List.of());
  }

  /** The JVM writes its cache when it ends. */
  static JavaOptions recording(Path cache) {
    return new JavaOptions(List.of("-XX:AOTCacheOutput=" + cache));
  }

  /** Starts a node from its cache, where the build has made one. */
  static JavaOptions ofNode() {
    return using("node.aot");
  }

  /** Starts the {@code weir} command from its cache, where the build has made one. */
  static JavaOptions ofCommand() {
    return using("tool.aot");
  }

  private static JavaOptions using(String cache) {
    String folder = System.getProperty(CACHES, "");
    Path file = Path.of(folder, cache);
    return folder.isEmpty() || !Files.isReadable(file)
        ? none()
        : new JavaOptions(List.of("-XX:AOTCache=" + file, "-D" + CACHES + "=" + folder));
  }
}
