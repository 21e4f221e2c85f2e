package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.message.Codec.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares our codec with that of Kafka, in every version of every message, both ways: fields by
 * name, and bytes. {@code -Dmessages=} says how many messages of each version, half of them each
 * way, and {@code -Dseed=} which.
 *
 * <p>The encoding has one form for each message, with one exception: tagged fields that are not
 * known are lost in our codec and kept in theirs. With those, fields are compared, and not bytes.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KafkaCodecTest {
  private static final int EACH_WAY = Integer.getInteger("messages", 200) / 2;
  private static final long SEED = Long.getLong("seed", 1);

  /** One message of so many has unknown tags. */
  private static final int UNKNOWN_TAGS = 8;

  private static final Path TABLE = Path.of("target", "kafka-comparison.txt");

  private enum Direction {
    THEIRS_TO_OURS,
    OURS_TO_THEIRS
  }

  /** How many messages of a version were compared in a direction. */
  private static final Map<Covered, Integer> COVERED = new ConcurrentHashMap<>();

  private record Covered(Versioned versioned, Direction direction) {}

  static Stream<Versioned> all() {
    return Codec.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  @Order(1)
  void whatTheyWriteWeReadAndWriteAsTheyDo(Versioned versioned) {
    for (long seed = SEED; seed < SEED + EACH_WAY; seed++) {
      String name = versioned + ", -Dseed=" + seed;
      boolean unknownTags = seed % UNKNOWN_TAGS == 0;
      Reference kafka = References.of(versioned);
      byte[] theirs = kafka.random(versioned.message(), versioned.version(), seed, unknownTags);

      ProtocolMessage message = Codec.read(versioned, theirs);
      byte[] ours = Codec.write(message, versioned.version());

      assertSameFields(name, message, fields(versioned, theirs));
      if (!unknownTags) {
        assertSameBytes(name, ours, roundTrip(versioned, theirs));
      }
      assertSameBytes(name, roundTrip(versioned, ours), ours);
      assertSame(name, Codec.read(versioned, ours), message);
      cover(versioned, Direction.THEIRS_TO_OURS);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  @Order(1)
  void whatWeWriteTheyReadAndWriteAsWeDo(Versioned versioned) {
    for (long seed = SEED; seed < SEED + EACH_WAY; seed++) {
      String name = versioned + ", -Dseed=" + seed;
      RandomMessages.Sample sample =
          new RandomMessages(
                  Definitions.message(versioned.message()), versioned.version(), new Random(seed))
              .next();
      byte[] ours = Codec.write(sample.given(), versioned.version());

      assertSameFields(name, sample.arriving(), fields(versioned, ours));
      assertSameBytes(name, roundTrip(versioned, ours), ours);
      assertSame(name, Codec.read(versioned, ours), sample.arriving());
      cover(versioned, Direction.OURS_TO_THEIRS);
    }
  }

  @Test
  @Order(2)
  void everyVersionOfTheUnionWasComparedBothWays() throws IOException {
    Files.writeString(TABLE, table());
    List<String> missing =
        Union.ROWS.stream()
            .filter(row -> row.messages().anyMatch(versioned -> !isCoveredBothWays(versioned)))
            .map(Union.Row::name)
            .toList();
    assertThat(missing).as("not compared both ways; the whole class must run").isEmpty();
  }

  private static boolean isCoveredBothWays(Versioned versioned) {
    return Arrays.stream(Direction.values())
        .allMatch(direction -> covered(direction, versioned) == EACH_WAY);
  }

  private static void cover(Versioned versioned, Direction direction) {
    COVERED.merge(new Covered(versioned, direction), 1, Integer::sum);
  }

  private static int covered(Direction direction, Versioned versioned) {
    return COVERED.getOrDefault(new Covered(versioned, direction), 0);
  }

  private static byte[] roundTrip(Versioned versioned, byte[] bytes) {
    return References.of(versioned).roundTrip(versioned.message(), versioned.version(), bytes);
  }

  private static Map<String, @Nullable Object> fields(Versioned versioned, byte[] bytes) {
    return References.of(versioned).fields(versioned.message(), versioned.version(), bytes);
  }

  private static void assertSameFields(
      String name, ProtocolMessage ours, Map<String, @Nullable Object> theirs) {
    assertThat(FieldComparison.differences(ours, theirs)).as(name).isEmpty();
  }

  private static void assertSameBytes(String name, byte[] actual, byte[] expected) {
    if (!Arrays.equals(actual, expected)) {
      HexFormat hex = HexFormat.of();
      assertThat(hex.formatHex(actual)).as(name).isEqualTo(hex.formatHex(expected));
    }
  }

  private static void assertSame(String name, ProtocolMessage actual, ProtocolMessage expected) {
    assertThat(actual).as(name).isEqualTo(expected);
  }

  /** One line for each message: versions, and messages of each version in both directions. */
  private static String table() {
    Map<String, Map<Integer, String>> rows = new TreeMap<>();
    for (Versioned versioned :
        COVERED.keySet().stream().map(Covered::versioned).distinct().toList()) {
      String counts =
          Arrays.stream(Direction.values())
              .map(direction -> String.valueOf(covered(direction, versioned)))
              .collect(Collectors.joining("/", "", References.nameOf(versioned)));
      rows.computeIfAbsent(versioned.message(), none -> new TreeMap<>())
          .put(versioned.version(), counts);
    }
    StringBuilder table =
        new StringBuilder("# message: version theirs->ours/ours->theirs (release)\n");
    rows.forEach((message, versions) -> {
      table.append(message).append(':');
      versions.forEach(
          (version, counts) -> table.append("  ").append(version).append(' ').append(counts));
      table.append('\n');
    });
    return table + "# " + COVERED.size() + " of (message, version, direction)\n";
  }
}
