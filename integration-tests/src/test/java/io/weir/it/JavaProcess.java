package io.weir.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process whose output goes to a file: a JVM with the class path of the tests, or a program in
 * Python. Thread-safe, as {@link Process} is.
 */
final class JavaProcess {
  private static final Path HOME =
      Path.of(System.getProperty("weir.home", "..")).toAbsolutePath().normalize();

  private static final String PYTHON = "/usr/bin/python3";
  private static final String TEST_CLASS_PATH = System.getProperty("java.class.path", "");
  private static final List<String> APPLICATION_OPTIONS =
      List.of(
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=child-logback.xml");

  private final Process process;
  private final Path output;

  private JavaProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a node of the broker, with the JVM options that users get.
   *
   * @param heap such as 256m
   * @param output what it says is appended here
   */
  static JavaProcess broker(String heap, Path output, String... args) {
    return start(
        List.of("@" + HOME.resolve("deploy/jvm/broker.options"), "-Xmx" + heap),
        "io.weir.broker.BrokerMain",
        output,
        args);
  }

  /** Runs the {@code weir} command, with the JVM options that users get. */
  static JavaProcess weir(Path output, String... args) {
    return start(
        List.of("@" + HOME.resolve("deploy/jvm/tool.options"), "-Dweir.home=" + HOME),
        "io.weir.deploy.WeirMain",
        output,
        args);
  }

  /** Runs an application of the tests' own: a class with a main method. */
  static JavaProcess application(Class<?> main, Path output, String... args) {
    return java(APPLICATION_OPTIONS, TEST_CLASS_PATH, main.getName(), output, args);
  }

  /** The same for one that uses Kafka Streams, and hence the clients of its version. */
  static JavaProcess streamsApplication(Class<?> main, Path output, String... args) {
    Path clients = HOME.resolve("integration-tests/target/streams/kafka-clients.jar");
    return java(
        APPLICATION_OPTIONS,
        clients + File.pathSeparator + TEST_CLASS_PATH,
        main.getName(),
        output,
        args);
  }

  /** Runs a program of src/test/python with the system's Python, which has Debian's packages. */
  static JavaProcess python(String program, Path output, String... args) {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.add(HOME.resolve("integration-tests/src/test/python").resolve(program).toString());
    command.addAll(List.of(args));
    return start(command, output);
  }

  private static JavaProcess start(
      List<String> options, String mainClass, Path output, String... args) {
    return java(options, TEST_CLASS_PATH, mainClass, output, args);
  }

  /** Runs any JVM, of the release that runs the tests. */
  static JavaProcess java(
      List<String> options, String classPath, String mainClass, Path output, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(List.of(args));
    return start(command, output);
  }

  private static JavaProcess start(List<String> command, Path output) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
              .start();
      return new JavaProcess(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    awaitExit(30);
  }

  /** SIGTERM; returns its exit code when the process is gone. */
  int terminate() {
    process.destroy();
    return awaitExit(60);
  }

  /**
   * Waits for its end.
   *
   * @return the exit code
   */
  int awaitExit(long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "process " + pid() + " did not end in " + seconds + " s; it said:\n" + tail(40));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All that it said, and what those before it on the same file said. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String tail(int lines) {
    List<String> all = output().lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }
}
