package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Generated sources look like ours; that they compile without a warning is for the build to see.
 */
final class GeneratedSourcesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "target", "generated-sources", "messages");

  @Test
  void linesFit() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(FOLDER)) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(files).hasSizeGreaterThan(ApiKey.values().length);
    for (Path file : files) {
      assertThat(Files.readAllLines(file)).as("%s", file).allMatch(line -> line.length() <= 100);
    }
  }
}
