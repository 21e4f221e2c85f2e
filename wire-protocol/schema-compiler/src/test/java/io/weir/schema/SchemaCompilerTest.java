package io.weir.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schema.model.SchemaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemaCompilerTest {
  private static final String MESSAGE =
      """
      message %s versions 0
      version 0 | all
      fields {
        a int8
      }
      """;

  private static final String WORDS =
      "A description that goes on and on, since there is so very much to say about what it is for";

  @TempDir Path folder;
  private Path definitions;
  private Path sources;

  @BeforeEach
  void createFolders() throws IOException {
    definitions = Files.createDirectory(folder.resolve("schema"));
    sources = folder.resolve("sources");
    Files.writeString(definitions.resolve("A.schema"), MESSAGE.formatted("Apple"));
    Files.writeString(definitions.resolve("B.schema"), MESSAGE.formatted("Berry"));
  }

  @Test
  void eachMessageGetsASource() throws IOException {
    compile();

    assertThat(names())
        .containsExactly("ApiKey.java", "ApiMessages.java", "Apple.java", "Berry.java");
  }

  @Test
  void aSourceThatWouldNotChangeIsLeftAlone() throws IOException {
    compile();
    FileTime longAgo = FileTime.fromMillis(1_000);
    Path apple = sources.resolve("io/weir/protocol/message/Apple.java");
    Files.setLastModifiedTime(apple, longAgo);

    compile();

    assertThat(Files.getLastModifiedTime(apple)).isEqualTo(longAgo);
  }

  @Test
  void aSourceIsWrittenAnewWhenItsDefinitionChanges() throws IOException {
    compile();
    Files.writeString(
        definitions.resolve("A.schema"), MESSAGE.formatted("Apple").replace("int8", "int64"));

    compile();

    assertThat(sources.resolve("io/weir/protocol/message/Apple.java")).content().contains("long a");
  }

  @Test
  void sourcesAreFormattedHoweverMuchTheyHold() throws IOException {
    String fields =
        IntStream.range(0, 40)
            .mapToObj(i -> "aFieldWithQuiteALongName" + i + " [string]?(2+) ignorable | " + WORDS)
            .collect(Collectors.joining("\n"));
    Files.writeString(
        definitions.resolve("C.schema"),
        """
        api 7 PaintEverythingThatThereIs versions 0-9 flexible 5+
        | %s
        version 0-9 | %s
        request {
          everything [Something] {
            %s
          }
        }
        response {
          results [Result] <- everything {
            errorCode    error
            errorMessage string? as errorMessage
            %s
          }
        }
        errors {
          -1 UNKNOWN | %s
        }
        """
            .formatted(WORDS, WORDS, fields, fields, WORDS));

    compile();

    for (Path file : files()) {
      assertThat(Files.readAllLines(file)).allMatch(line -> line.length() <= 100);
    }
    assertThat(names()).contains("PaintEverythingThatThereIsRequest.java", "ErrorCode.java");
  }

  @Test
  void theSourceOfADefinitionThatIsGoneGoesToo() throws IOException {
    compile();
    Files.delete(definitions.resolve("B.schema"));

    compile();

    assertThat(names()).doesNotContain("Berry.java").contains("Apple.java");
  }

  @Test
  void aWrongDefinitionLeavesEverythingAsItWas() throws IOException {
    compile();
    Files.writeString(definitions.resolve("B.schema"), "nonsense");

    assertThatThrownBy(this::compile)
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("B.schema:1: ");
    assertThat(names()).contains("Berry.java");
  }

  private void compile() throws IOException {
    new SchemaCompiler(definitions, sources).compile();
  }

  private List<String> names() throws IOException {
    return files().stream().map(file -> file.getFileName().toString()).sorted().toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
