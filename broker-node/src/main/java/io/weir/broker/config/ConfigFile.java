package io.weir.broker.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Reads a configuration file in the format of Java properties, with overrides from the command
 * line.
 */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param overrides each {@code key=value}; they win over the file
   * @return the texts as given, by name
   * @throws OperatorError the file cannot be read, or an override has no {@code =}
   */
  public static Map<String, String> read(Path file, List<String> overrides) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new OperatorError("no configuration file " + file, "check the path given to --config");
    } catch (IOException | IllegalArgumentException e) {
      throw new OperatorError(
          "cannot read the configuration file " + file, String.valueOf(e.getMessage()));
    }
    Map<String, String> texts = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(k -> texts.put(k, properties.getProperty(k).strip()));
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals <= 0) {
        throw new OperatorError("--set " + override + " is not a setting", "write --set key=value");
      }
      texts.put(override.substring(0, equals).strip(), override.substring(equals + 1).strip());
    }
    return texts;
  }
}
