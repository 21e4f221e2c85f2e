package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.message.Codec.Versioned;
import io.weir.schema.model.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of each message in each version are written down in {@code src/test/resources/golden},
 * where a change of them is seen in review. After a change of a definition, run this test with
 * {@code -Dweir.rewrite=true} and look at the difference; Kafka must agree with what is written.
 */
final class GoldenFilesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "golden");

  private static final HexFormat HEX = HexFormat.of();

  static Stream<String> messages() {
    return Definitions.MESSAGES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void theBytesAreThoseThatWereReviewed(String name) throws IOException {
    Message message = Definitions.message(name);
    Path file = FOLDER.resolve(name + ".txt");
    if (Boolean.getBoolean("weir.rewrite")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, GoldenFile.of(message).text(name));
    }
    assertThat(file).as("-Dweir.rewrite=true makes it").exists();
    GoldenFile golden = GoldenFile.parse(Files.readString(file));

    golden.entries().forEach(entry -> assertReadAndWritten(name, entry));
    for (boolean isSet : List.of(true, false)) {
      assertThat(versions(golden, isSet))
          .as("versions with an entry of their own")
          .containsExactlyElementsOf(
              IntStream.rangeClosed(message.versions().lowest(), message.versions().highest())
                  .boxed()
                  .toList());
    }
  }

  @Test
  void noFileIsOfAMessageThatIsGone() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isSubsetOf(messages().map(name -> name + ".txt").toList());
    }
  }

  private static List<Integer> versions(GoldenFile golden, boolean isSet) {
    return golden.entries().stream()
        .filter(entry -> entry.isSet() == isSet)
        .flatMapToInt(
            entry -> IntStream.rangeClosed(entry.versions().lowest(), entry.versions().highest()))
        .boxed()
        .toList();
  }

  private static void assertReadAndWritten(String name, GoldenFile.Entry entry) {
    byte[] bytes = HEX.parseHex(entry.hex());
    IntStream.rangeClosed(entry.versions().lowest(), entry.versions().highest())
        .forEach(version -> {
          Versioned versioned = new Versioned(name, version);
          Reference kafka = References.of(versioned);
          ProtocolMessage message = Codec.read(versioned, bytes);

          assertThat(MessageText.of(message)).as("%s", versioned).isEqualTo(entry.fields());
          assertThat(HEX.formatHex(Codec.write(message, version)))
              .as("%s", versioned)
              .isEqualTo(entry.hex());
          assertThat(HEX.formatHex(kafka.roundTrip(name, version, bytes)))
              .as("%s of Kafka", versioned)
              .isEqualTo(entry.hex());
          assertThat(FieldComparison.differences(message, kafka.fields(name, version, bytes)))
              .as("%s of Kafka", versioned)
              .isEmpty();
        });
  }
}
