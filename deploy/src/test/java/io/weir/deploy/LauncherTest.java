package io.weir.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK the launcher chooses; the JDKs are folders that only look like one. */
class LauncherTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("weir.home", ".."), "weir").toAbsolutePath();

  @TempDir Path dir;

  @Test
  void theUsersChoiceComesFirst() throws Exception {
    Path chosen = jdk("chosen", "26.0.1");
    Path other = jdk("other", "25");
    assertChooses(
        chosen, Map.of("WEIR_JAVA_HOME", chosen.toString(), "JAVA_HOME", other.toString()));
  }

  @Test
  void aChoiceThatIsTooOldIsRefusedRatherThanReplaced() throws Exception {
    Outcome outcome = run(LAUNCHER, Map.of("WEIR_JAVA_HOME", jdk("old", "17.0.15").toString()));
    assertThat(outcome.exitCode).isEqualTo(1);
    assertThat(outcome.output)
        .startsWith("weir: WEIR_JAVA_HOME (" + dir.resolve("old") + ") is not a JDK 25 or newer")
        .hasLineCount(1);
  }

  @Test
  void javaHomeIsTakenWhenItIsNewEnough() throws Exception {
    Path jdk = jdk("ea", "26-ea");
    assertChooses(jdk, Map.of("JAVA_HOME", jdk.toString()));
  }

  @Test
  void anOldJavaHomeIsPassedOverForTheJavaOnThePath() throws Exception {
    Path onPath = jdk("on-path", "25.0.1");
    Path link =
        Files.createSymbolicLink(
            Files.createDirectory(dir.resolve("bin")).resolve("java"), onPath.resolve("bin/java"));
    assertChooses(
        onPath,
        Map.of(
            "JAVA_HOME",
            jdk("old", "1.8.0_402").toString(),
            "PATH",
            link.getParent() + ":/usr/bin:/bin"));
  }

  @Test
  void aRuntimeWithoutACompilerIsPassedOver() throws Exception {
    Path jre = jdk("jre", "25");
    Files.delete(jre.resolve("bin/javac"));
    Path jdk = jdk("sdk/.jdks/temurin-25", "25.0.2");
    Outcome outcome =
        run(LAUNCHER, Map.of("JAVA_HOME", jre.toString(), "HOME", dir.resolve("sdk").toString()));
    assertThat(outcome.output.strip()).isNotEqualTo(jre.toString());
    assertThat(jdk).exists();
  }

  @Test
  void itWorksThroughALinkFromAnotherFolder() throws Exception {
    Path chosen = jdk("chosen", "25");
    Path link = Files.createSymbolicLink(dir.resolve("weir-link"), LAUNCHER);
    assertThat(run(link, Map.of("WEIR_JAVA_HOME", chosen.toString())).output.strip())
        .isEqualTo(chosen.toString());
  }

  private void assertChooses(Path jdk, Map<String, String> environment) throws Exception {
    Outcome outcome = run(LAUNCHER, environment);
    assertThat(outcome.output.strip()).isEqualTo(jdk.toString());
    assertThat(outcome.exitCode).isZero();
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = dir.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    for (String tool : new String[] {"java", "javac"}) {
      assertThat(Files.createFile(home.resolve("bin").resolve(tool)).toFile().setExecutable(true))
          .isTrue();
    }
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private record Outcome(int exitCode, String output) {}

  private Outcome run(Path launcher, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", launcher.toString(), "java-home")
            .directory(dir.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", dir.toString()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), output);
  }
}
