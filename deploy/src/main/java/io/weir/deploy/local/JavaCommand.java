package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines that start further JVMs of this very Java and class path, with the options that
 * {@code deploy/jvm} holds for them. Stateless.
 */
public final class JavaCommand {
  private static final String DEFAULT_HEAP = "512m";

  private JavaCommand() {}

  /**
   * A node: the heap is WEIR_HEAP, further options are WEIR_JAVA_OPTS, as in the launcher.
   *
   * @param cache whether and how it has to do with an AOT cache
   */
  static List<String> node(Path configuration, JavaOptions cache) {
    String heap = System.getenv().getOrDefault("WEIR_HEAP", DEFAULT_HEAP);
    List<String> command = java("broker.options");
    command.add("-Xmx" + heap);
    command.addAll(cache.options());
    String more = System.getenv().getOrDefault("WEIR_JAVA_OPTS", "");
    command.addAll(
        more.strip().lines().flatMap(line -> List.of(line.split("\\s+", -1)).stream()).toList());
    command.addAll(classPath());
    command.addAll(List.of("io.weir.broker.BrokerMain", "--config", configuration.toString()));
    return command;
  }

  /** The {@code weir} command itself. */
  static List<String> weir(List<String> args) {
    List<String> command = java("tool.options");
    command.add("-Dweir.home=" + home());
    command.addAll(JavaOptions.ofCommand().options());
    command.addAll(classPath());
    command.add("io.weir.deploy.WeirMain");
    command.addAll(args);
    return command;
  }

  private static List<String> java(String options) {
    Path file = home().resolve("deploy/jvm").resolve(options);
    if (!Files.isReadable(file)) {
      throw new CommandFailure(
          "the file " + file + " is not there", "start weir through its script, 'weir'");
    }
    Path java = Path.of(System.getProperty("java.home", ""), "bin", "java");
    return new ArrayList<>(List.of(java.toString(), "@" + file));
  }

  private static List<String> classPath() {
    return List.of("-cp", System.getProperty("java.class.path", ""));
  }

  /** The folder of the launcher, which tells it. */
  private static Path home() {
    return Path.of(System.getProperty("weir.home", "")).toAbsolutePath();
  }
}
