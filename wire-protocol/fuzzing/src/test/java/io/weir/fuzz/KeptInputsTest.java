package io.weir.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the fuzzer once found, and what it starts from, stays right; without Jazzer, so quick. */
final class KeptInputsTest {
  @ParameterizedTest
  @EnumSource
  void allLawsHoldForWhatIsKept(Target target) {
    List<byte[]> inputs =
        Stream.concat(Corpus.kept(target).stream(), target.seeds().stream()).toList();
    assertThat(inputs).isNotEmpty();
    for (byte[] input : inputs) {
      try {
        target.run(input);
      } catch (Throwable e) {
        throw new AssertionError(target + " " + HexFormat.of().formatHex(input), e);
      }
    }
  }
}
