package io.weir.broker.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of all rows of {@link BrokerSettings}: given ones and defaults. Immutable. */
final class SettingValues {
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Object> values = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  /**
   * @throws OperatorError for the first name or value that cannot be used
   */
  SettingValues(Map<String, String> givenTexts) {
    Set<String> known = new HashSet<>();
    for (Setting<?> setting : BrokerSettings.ALL) {
      known.add(setting.name());
      known.addAll(setting.aliases());
      accept(setting, textOf(setting, givenTexts));
    }
    givenTexts.keySet().stream()
        .filter(name -> !known.contains(name))
        .sorted()
        .findFirst()
        .ifPresent(name -> {
          throw new OperatorError(
              "unknown setting " + name,
              "correct its name or remove it; this version has no such setting");
        });
  }

  /** The value, or null where there is neither a given one nor a default. */
  @SuppressWarnings("unchecked") // accept() puts what the setting's own type has parsed
  <T> @Nullable T find(Setting<T> setting) {
    return (T) values.get(setting.name());
  }

  @Nullable String text(Setting<?> setting) {
    return texts.get(setting.name());
  }

  boolean isGiven(Setting<?> setting) {
    return given.contains(setting.name());
  }

  private void accept(Setting<?> setting, @Nullable String givenText) {
    if (givenText != null) {
      given.add(setting.name());
    } else if (setting.required()) {
      throw new OperatorError(setting.name() + " is not set", setting.doc());
    }
    String text = givenText != null ? givenText : setting.defaultText();
    if (text == null) {
      return;
    }
    try {
      values.put(setting.name(), setting.type().parser().parse(text));
      texts.put(setting.name(), text);
    } catch (BadValueException e) {
      throw new OperatorError(
          "invalid value " + text + " for " + setting.name(), String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String textOf(Setting<?> setting, Map<String, String> givenTexts) {
    String text = givenTexts.get(setting.name());
    for (String alias : setting.aliases()) {
      String other = givenTexts.get(alias);
      if (text != null && other != null && !text.equals(other)) {
        throw new OperatorError(
            setting.name() + "=" + text + " and " + alias + "=" + other + " contradict each other",
            "they mean the same; remove one");
      }
      text = text != null ? text : other;
    }
    return text;
  }
}
