package io.weir.broker.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A little fuzzing of {@link FrameAssembler}, by Jazzer in a JVM of its own; {@code -Dfuzz.runs=}
 * for more, {@code -Dseed=} for other inputs. What it finds becomes a test in {@link
 * FrameAssemblerTest}.
 */
class FrameAssemblerFuzzTest {
  private static final long RUNS = Long.getLong("fuzz.runs", 50_000);
  private static final long SEED = Long.getLong("seed", 1);

  @Test
  void anyBytesInAnyPiecesGiveTheFramesThatAreInThem(@TempDir Path inputs)
      throws IOException, InterruptedException {
    for (int cut = 0; cut < 20; cut += 3) {
      byte[] stream = new byte[1 + 4 + 5 + 4 + 4 + 40];
      ByteBuffer.wrap(stream).put(0, (byte) cut).putInt(1, 5).putInt(14, 40);
      Files.write(inputs.resolve("start" + cut), stream);
    }
    Process fuzzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FrameAssemblerFuzzer.class.getName(),
                "--instrumentation_includes=" + FrameAssembler.class.getName(),
                "--custom_hook_includes=" + FrameAssembler.class.getName(),
                "--reproducer_path=" + inputs,
                "-artifact_prefix=" + inputs + "/",
                "-runs=" + RUNS,
                "-seed=" + SEED,
                "-timeout=60",
                "-rss_limit_mb=1536",
                "-print_final_stats=1",
                inputs.toString())
            .redirectErrorStream(true)
            .start();
    List<String> output;
    try (BufferedReader lines = fuzzer.inputReader()) {
      output = lines.lines().toList();
    }

    assertThat(fuzzer.waitFor()).as("-Dseed=%d%n%s", SEED, String.join("\n", output)).isZero();
    assertThat(output).anyMatch(line -> line.startsWith("stat::number_of_executed_units"));
  }
}
