package io.weir.broker;

import io.weir.broker.config.OperatorError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a node's process. Immutable.
 *
 * @param overrides settings that win over those of the file, each {@code key=value}
 */
record CommandLine(Path configFile, List<String> overrides) {
  private static final String USAGE = "usage: --config FILE [--set key=value]...";

  /**
   * Reads the arguments.
   *
   * @throws OperatorError when they are not of the form that they should have
   */
  static CommandLine parse(String[] arguments) {
    Path configFile = null;
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < arguments.length; i += 2) {
      String value = i + 1 < arguments.length ? arguments[i + 1] : null;
      switch (arguments[i]) {
        case "--config" -> configFile = Path.of(given(arguments[i], value));
        case "--set" -> overrides.add(given(arguments[i], value));
        default -> throw new OperatorError("unknown argument " + arguments[i], USAGE);
      }
    }
    if (configFile == null) {
      throw new OperatorError("no configuration file", USAGE);
    }
    return new CommandLine(configFile, List.copyOf(overrides));
  }

  private static String given(String argument, @Nullable String value) {
    if (value == null) {
      throw new OperatorError(argument + " needs a value", USAGE);
    }
    return value;
  }
}
