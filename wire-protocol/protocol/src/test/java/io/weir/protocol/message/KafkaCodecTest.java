package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.message.Codec.Versioned;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares our codec with that of Kafka's client library, in every version of every message. */
final class KafkaCodecTest {
  private static final int MESSAGES = 40;
  private static final long SEED = Long.getLong("seed", 1);
  private static final List<Reference> REFERENCES = List.of(new KafkaReference(), OldKafka.load());

  static Stream<Versioned> all() {
    return Codec.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void bothReadAndWriteTheSameBytes(Versioned versioned) {
    Reference kafka = reference(versioned);
    for (long seed = SEED; seed < SEED + MESSAGES; seed++) {
      byte[] theirs = kafka.random(versioned.message(), versioned.version(), seed);
      ProtocolMessage message = Codec.read(versioned, theirs);
      byte[] ours = Codec.write(message, versioned.version());

      byte[] canonical = kafka.roundTrip(versioned.message(), versioned.version(), theirs);
      assertThat(ours).as("%s, -Dseed=%d", versioned, seed).isEqualTo(canonical);
      assertThat(kafka.roundTrip(versioned.message(), versioned.version(), ours)).isEqualTo(ours);
      assertThat(Codec.read(versioned, ours)).isEqualTo(message);
    }
  }

  @Test
  void everyVersionHasSomethingToBeComparedWith() {
    assertThat(Codec.all()).isNotEmpty().allMatch(versioned -> reference(versioned) != null);
  }

  private static Reference reference(Versioned versioned) {
    return REFERENCES.stream()
        .filter(kafka -> kafka.has(versioned.message(), versioned.version()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Kafka has " + versioned));
  }
}
