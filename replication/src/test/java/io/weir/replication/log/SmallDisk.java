package io.weir.replication.log;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A volume of a few hundred kilobytes in memory, real down to its error when it is full. */
public final class SmallDisk implements AutoCloseable {
  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Mounts one; where that is not allowed, the test is skipped. */
  public static SmallDisk mount(Path at, int kibibytes) throws IOException {
    Files.createDirectories(at);
    String said = run("mount", "-t", "tmpfs", "-o", "size=" + kibibytes + "k", "weir", at);
    assumeThat(said).as("mounting a tmpfs is not allowed here").isEmpty();
    return new SmallDisk(at);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      run("umount", path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it says; nothing when all went well. */
  private static String run(Object... command) throws IOException {
    String[] words = new String[command.length];
    for (int i = 0; i < command.length; i++) {
      words[i] = command[i].toString();
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return process.waitFor() == 0 ? "" : "failed: " + said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
