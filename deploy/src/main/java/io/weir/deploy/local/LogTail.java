package io.weir.deploy.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Reads what a process wrote to its log since it was started. Stateless. */
final class LogTail {
  private static final String OPERATOR_LINE = "weir: ";

  private LogTail() {}

  /**
   * The lines from a position on; closing the stream closes the file.
   *
   * @param position where to begin, in bytes
   */
  static Stream<String> since(Path log, long position) throws IOException {
    SeekableByteChannel file = Files.newByteChannel(log).position(position);
    return new BufferedReader(new InputStreamReader(Channels.newInputStream(file), UTF_8))
        .lines()
        .onClose(() -> {
          try {
            file.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * The last line that is meant for the operator, without its prefix; when there is none, the last
   * one that is not empty.
   */
  static String lastWords(Stream<String> lines) {
    String last = "it said nothing";
    String toOperator = "";
    for (String line : (Iterable<String>) lines::iterator) {
      if (line.startsWith(OPERATOR_LINE)) {
        toOperator = line.substring(OPERATOR_LINE.length());
      } else if (!line.isBlank()) {
        last = line.strip();
      }
    }
    return toOperator.isEmpty() ? last : toOperator;
  }
}
