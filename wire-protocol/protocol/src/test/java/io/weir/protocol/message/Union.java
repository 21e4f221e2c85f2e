package io.weir.protocol.message;

import io.weir.protocol.message.Codec.Versioned;
import io.weir.schema.model.Versions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The APIs and versions that clients may use: {@code union.txt}. */
final class Union {
  static final List<Row> ROWS = read();

  private Union() {}

  /**
   * An API.
   *
   * @param served the versions that are not refused
   */
  record Row(int key, String name, Versions versions, Versions flexible, Versions served) {
    Stream<Versioned> messages() {
      return IntStream.rangeClosed(versions.lowest(), versions.highest())
          .boxed()
          .flatMap(version ->
              Stream.of(
                  new Versioned(name + "Request", version),
                  new Versioned(name + "Response", version)));
    }

    private static Row of(String line) {
      List<String> words = Arrays.asList(line.strip().split(" +"));
      Versions versions = Union.versions(words.get(2));
      return new Row(
          Integer.parseInt(words.getFirst()),
          words.get(1),
          versions,
          Union.versions(words.get(3)),
          words.size() > 4 ? Union.versions(words.get(4)) : versions);
    }
  }

  /** Versions as Kafka writes them, here and in its definitions: none, 3, 3-5 or 3+. */
  static Versions versions(String text) {
    if (text.equals("none")) {
      return Versions.NONE;
    }
    if (text.endsWith("+")) {
      return Versions.from(Integer.parseInt(text, 0, text.length() - 1, 10));
    }
    int dash = text.indexOf('-');
    int lowest = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
    return new Versions(lowest, dash < 0 ? lowest : Integer.parseInt(text.substring(dash + 1)));
  }

  private static List<Row> read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Union.class.getResourceAsStream("union.txt")),
                StandardCharsets.UTF_8))) {
      return in.lines().filter(line -> !line.startsWith("#")).map(Row::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
