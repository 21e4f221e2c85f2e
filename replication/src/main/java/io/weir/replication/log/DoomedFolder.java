package io.weir.replication.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition's folder that is to go: renamed at once, so that no start takes it for a log and a
 * new one can have its name, then emptied and removed when there is time. Stateless.
 */
final class DoomedFolder {
  static final String SUFFIX = ".deleted";

  private static final Logger LOG = LoggerFactory.getLogger(DoomedFolder.class);

  private DoomedFolder() {}

  static boolean isDoomed(Path folder) {
    return String.valueOf(folder.getFileName()).endsWith(SUFFIX);
  }

  /** The folder's new place. */
  static Path rename(Path folder) throws IOException {
    Path doomed = folder.resolveSibling(folder.getFileName() + SUFFIX);
    for (int i = 1; Files.exists(doomed); i++) {
      doomed = folder.resolveSibling(folder.getFileName() + "." + i + SUFFIX);
    }
    return Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
  }

  /** As {@link #remove}; what cannot be removed is left to the next start. */
  static void removeQuietly(Path doomed) {
    try {
      remove(doomed);
    } catch (IOException e) {
      LOG.warn("{}: could not be removed", doomed, e);
    }
  }

  static void remove(Path doomed) throws IOException {
    if (!Files.exists(doomed)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(doomed)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
