package io.weir.coordinator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Stories in text files: one command a line, in words; {@code #} begins a comment, and the first
 * comment says what the story is about. Stateless.
 */
public final class ScenarioFiles {
  private ScenarioFiles() {}

  /** Names of the stories of that kind. */
  public static List<String> of(String kind) {
    try (Stream<Path> files = Files.list(folder(kind))) {
      List<String> names = files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
      if (names.isEmpty()) {
        throw new IllegalStateException("no stories of " + kind);
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(String kind) {
    URL found = Objects.requireNonNull(ScenarioFiles.class.getResource("/scenarios/" + kind));
    try {
      URI folder = found.toURI();
      return Path.of(folder);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tells the story line by line; what goes wrong names the line. */
  public static void tell(String kind, String name, Consumer<List<String>> teller) {
    try {
      tell(name, Files.readAllLines(folder(kind).resolve(name)), teller);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void tell(String name, List<String> lines, Consumer<List<String>> teller) {
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceAll("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      try {
        teller.accept(List.of(line.split("\\s+", -1)));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("%s:%d: %s".formatted(name, i + 1, line), e);
      }
    }
  }

  /** The words do not make a command. */
  public static AssertionError unknown(List<String> words) {
    return new AssertionError("means nothing: " + String.join(" ", words));
  }

  /** A duration such as {@code +60s} or {@code +500ms}. */
  public static long millis(String word) {
    if (!word.startsWith("+")) {
      throw unknown(List.of(word));
    }
    return word.endsWith("ms")
        ? Long.parseLong(word.substring(1, word.length() - 2))
        : 1_000 * Long.parseLong(word.substring(1, word.length() - 1));
  }
}
