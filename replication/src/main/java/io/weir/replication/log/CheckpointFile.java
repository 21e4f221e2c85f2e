package io.weir.replication.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small text file that is replaced as a whole: written beside, then renamed over the old one. The
 * last line is a CRC-32C of those before it, so that a damaged file is known for one. Immutable;
 * one writer at a time.
 */
record CheckpointFile(Path path) {
  static final String TEMPORARY = ".tmp";

  /**
   * Replaces the file.
   *
   * @param durably wait until the new content is on disk: needed where it promises something about
   *     other files
   */
  void write(List<String> lines, boolean durably) throws IOException {
    String body = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    String text = body + crc(body) + "\n";
    Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (durably) {
        channel.force(false);
      }
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The lines as they were written; null when there is no such file, or it is damaged. */
  @Nullable List<String> read() throws IOException {
    String text;
    try {
      text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return null;
    }
    String[] lines = text.split("\n", -1);
    if (lines.length < 2 || !lines[lines.length - 1].isEmpty()) {
      return null;
    }
    String crc = lines[lines.length - 2];
    String body = text.substring(0, text.length() - crc.length() - 1);
    return crc.equals(crc(body)) ? Arrays.asList(lines).subList(0, lines.length - 2) : null;
  }

  private static String crc(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format("crc32c %08x", crc.getValue());
  }
}
