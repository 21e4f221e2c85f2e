package io.weir.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs the fuzzer on one target, in a JVM of its own: it must survive what the fuzzer finds, also
 * in native code, and one JVM fuzzes one target only. Confined to one thread.
 *
 * <p>The JVM's bounds are part of what is tested: heap, direct memory and the process as a whole
 * are limited, and so is the time for an input.
 */
final class FuzzProcess {
  private static final int HEAP_MB = 384;
  private static final int DIRECT_MB = 64;
  private static final int PROCESS_MB = 1536;

  /** Far more than any input takes; but the first ones wait for classes to be instrumented. */
  private static final int SECONDS_PER_INPUT = 60;

  /** Only our own code guides the search; the reference implementation, Netty and JDK do not. */
  private static final String GUIDED_BY = "io.weir.protocol.**";

  /**
   * Detectors of what cannot happen here, such as SQL injection. They would only cost time; hooks
   * that tell the fuzzer what is compared with what stay on.
   */
  private static final List<String> DETECTORS_OFF =
      List.of(
          "BigDecimal",
          "ClojureLangHooks",
          "Deserialization",
          "ExpressionLanguageInjection",
          "FilePathTraversal",
          "LdapInjection",
          "NamingContextLookup",
          "OsCommandInjection",
          "ReflectiveCall",
          "RegexInjection",
          "RegexRoadblocks",
          "ScriptEngineInjection",
          "ServerSideRequestForgery",
          "SqlInjection",
          "TemplateInjection",
          "UnsafeSanitizer",
          "XPathInjection",
          "XmlParserSsrfGuidance");

  private final Target target;
  private final Path work;
  private final Consumer<String> output;

  /**
   * @param work a folder for what comes up; its content is dropped
   * @param output receives what the fuzzer prints, line by line
   */
  FuzzProcess(Target target, Path work, Consumer<String> output) {
    this.target = target;
    this.work = work;
    this.output = output;
    drop(work);
    for (Path folder : List.of(inputs(), start(), findings(), merged())) {
      create(folder);
    }
    Corpus.unpack(Corpus.kept(target), start());
    Corpus.unpack(target.seeds(), start());
  }

  /** Inputs that reached something new. */
  private Path inputs() {
    return work.resolve("inputs");
  }

  private Path start() {
    return work.resolve("start");
  }

  /** Inputs that have shown a defect. */
  Path findings() {
    return work.resolve("findings");
  }

  /** What {@link #merge} has made. */
  Path merged() {
    return work.resolve("merged");
  }

  /**
   * Tries inputs until something is wrong, or as long as the options say.
   *
   * @param options of libFuzzer
   * @return whether all was well
   */
  boolean fuzz(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add("-artifact_prefix=" + findings() + "/");
    arguments.add(inputs().toString());
    arguments.add(start().toString());
    return run(arguments);
  }

  /** Chooses the fewest and smallest inputs that reach all that is reached so far. */
  boolean merge() {
    return run(List.of("-merge=1", merged().toString(), inputs().toString(), start().toString()));
  }

  private boolean run(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Collections.addAll(
        command,
        "-Xmx" + HEAP_MB + "m",
        "-XX:MaxDirectMemorySize=" + DIRECT_MB + "m",
        "-XX:+UseSerialGC",
        "-XX:+EnableDynamicAgentLoading",
        "-Xshare:off",
        "-XX:-OmitStackTraceInFastThrow",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dio.netty.leakDetection.level=disabled", // the targets count references themselves
        "-cp",
        classPath(),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.fuzzerClass(),
        "--instrumentation_includes=" + GUIDED_BY,
        "--custom_hook_includes=" + GUIDED_BY,
        "--disabled_hooks=" + detectorsOff(),
        "--reproducer_path=" + work,
        "-max_len=" + target.maxBytes(),
        "-timeout=" + SECONDS_PER_INPUT,
        "-report_slow_units=" + SECONDS_PER_INPUT,
        "-rss_limit_mb=" + PROCESS_MB,
        "-print_final_stats=1");
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader lines = process.inputReader()) {
        lines.lines().forEach(output);
      }
      return process.waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String detectorsOff() {
    return String.join(
        ":",
        DETECTORS_OFF.stream()
            .map(detector -> "com.code_intelligence.jazzer.sanitizers." + detector)
            .toList());
  }

  /** Surefire puts its own jar in front, and the real class path into a property. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void drop(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
