package io.weir.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeirMainTest {
  @TempDir Path dir;

  @Test
  void whatCannotBeDoneIsOneLineAndExitCodeOne() {
    Outcome outcome = run("status", "--data-dir", dir.toString());
    assertThat(outcome.exitCode).isEqualTo(1);
    assertThat(outcome.err)
        .isEqualTo(
            "weir: there is no cluster in "
                + dir
                + ": start one with 'weir up', or name its folder with --data-dir\n");
  }

  @Test
  void aWrongCommandLineIsOneLineAndExitCodeTwo() {
    assertRefused("weir: Unknown option: '--nodez=3'", "up", "--nodez=3");
    assertRefused("weir: Missing required options", "zookeeper");
    assertRefused("weir: say what to do", "topic");
    assertRefused("weir: say what to do");
    assertRefused("weir: Unmatched argument", "frobnicate");
  }

  private static void assertRefused(String start, String... args) {
    Outcome outcome = run(args);
    assertThat(outcome.exitCode).isEqualTo(2);
    assertThat(outcome.err).startsWith(start).hasLineCount(1).contains("--help'");
  }

  @Test
  void aSettingThatIsNoneIsRefused() {
    Outcome outcome = run("up", "--data-dir", dir.toString(), "--set", "loose");
    assertThat(outcome.exitCode).isEqualTo(1);
    assertThat(outcome.err)
        .isEqualTo("weir: --set loose is not a setting: write --set KEY=VALUE\n");
  }

  @Test
  void everyCommandExplainsItself() {
    for (String command :
        new String[] {
          "up", "down", "status", "broker", "zookeeper", "topic", "produce", "consume"
        }) {
      assertThat(run(command, "--help"))
          .satisfies(outcome -> assertThat(outcome.exitCode).isZero());
    }
    for (String command : new String[] {"create", "list", "describe", "delete"}) {
      assertThat(run("topic", command, "--help").exitCode).isZero();
    }
    assertThat(run("--version").exitCode).isZero();
  }

  private record Outcome(int exitCode, String err) {}

  /**
   * In this JVM: the standard error is swapped for a while, so tests of this class must not run
   * side by side.
   */
  private static Outcome run(String... args) {
    PrintStream realErr = System.err;
    PrintStream realOut = System.out;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(err, true, UTF_8)) {
      System.setErr(captured);
      System.setOut(new PrintStream(new ByteArrayOutputStream(), true, UTF_8));
      int exitCode = WeirMain.run(args);
      return new Outcome(exitCode, err.toString(UTF_8));
    } finally {
      System.setErr(realErr);
      System.setOut(realOut);
    }
  }
}
