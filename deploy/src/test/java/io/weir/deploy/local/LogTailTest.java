package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
  @TempDir Path dir;

  @Test
  void theLineForTheOperatorCountsMoreThanLaterOnes() {
    assertThat(
            LogTail.lastWords(
                Stream.of("starting", "weir: unknown setting 'x': remove it", "bye", "")))
        .isEqualTo("unknown setting 'x': remove it");
  }

  @Test
  void withoutOneTheLastLineThatSaysAnythingCounts() {
    assertThat(LogTail.lastWords(Stream.of("one", "  two  ", " "))).isEqualTo("two");
    assertThat(LogTail.lastWords(Stream.of())).isEqualTo("it said nothing");
  }

  @Test
  void whatAnEarlierProcessSaidIsNotRead() throws Exception {
    Path log = dir.resolve("node.log");
    Files.writeString(log, "old\n");
    long start = Files.size(log);
    Files.writeString(log, "old\nnew\n");
    try (Stream<String> lines = LogTail.since(log, start)) {
      assertThat(lines).containsExactly("new");
    }
  }
}
