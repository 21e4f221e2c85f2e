package io.weir.broker.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a node: its name, type, default and a sentence of documentation. Immutable.
 *
 * @param name the name in the configuration file
 * @param aliases other names that mean the same
 * @param type how its text is read
 * @param defaultText its value where the file does not give one; null = none
 * @param required whether a node cannot start without it
 * @param doc a sentence for DescribeConfigs and the reference
 */
public record Setting<T>(
    String name,
    List<String> aliases,
    SettingType<T> type,
    @Nullable String defaultText,
    boolean required,
    String doc) {

  static <T> Setting<T> required(String name, SettingType<T> type, String doc) {
    return new Setting<>(name, List.of(), type, null, true, doc);
  }

  static <T> Setting<T> optional(String name, SettingType<T> type, String doc) {
    return new Setting<>(name, List.of(), type, null, false, doc);
  }

  static <T> Setting<T> withDefault(
      String name, SettingType<T> type, String defaultText, String doc) {
    return new Setting<>(name, List.of(), type, defaultText, false, doc);
  }

  Setting<T> alias(String alias) {
    return new Setting<>(name, List.of(alias), type, defaultText, required, doc);
  }
}
