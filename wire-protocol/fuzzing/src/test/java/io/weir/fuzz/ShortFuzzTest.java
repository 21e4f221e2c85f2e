package io.weir.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A little fuzzing in each build, to notice laws that broke: a fixed number of inputs from a fixed
 * seed. The script {@code fuzz} does it for long.
 */
@Execution(ExecutionMode.CONCURRENT) // two at a time: see junit-platform.properties
final class ShortFuzzTest {
  private static final long SEED = Long.getLong("seed", 1);

  @ParameterizedTest
  @EnumSource
  void noInputBreaksALaw(Target target) {
    List<String> output = new ArrayList<>();
    FuzzProcess process =
        new FuzzProcess(target, Path.of("target", "fuzz", target.toString()), output::add);

    boolean allWell = process.fuzz("-runs=" + target.shortRuns(), "-seed=" + SEED);

    List<String> findings =
        Corpus.files(process.findings()).stream()
            .map(file -> HexFormat.of().formatHex(Corpus.bytes(file)))
            .toList();
    assertThat(findings).as("%s, -Dseed=%d%n%s", target, SEED, String.join("\n", output)).isEmpty();
    assertThat(allWell).as("%s%n%s", target, String.join("\n", output)).isTrue();
    assertThat(output).anyMatch(line -> line.startsWith("stat::number_of_executed_units"));
  }
}
