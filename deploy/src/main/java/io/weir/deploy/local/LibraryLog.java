package io.weir.deploy.local;

import java.nio.file.Path;

/**
 * Where the warnings of libraries go in a process that runs for long; in short commands they go
 * nowhere. Stateless.
 */
public final class LibraryLog {
  private LibraryLog() {}

  /** Must be called before anything is logged: the logging library reads it once. */
  public static void writeTo(Path file) {
    System.setProperty("weir.log.file", file.toAbsolutePath().toString());
  }
}
