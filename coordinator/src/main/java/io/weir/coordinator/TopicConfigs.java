package io.weir.coordinator;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What settings a topic may have. Implemented by the broker; must be thread-safe and quick. */
public interface TopicConfigs {
  /** Why a topic may not have this setting, in words for the client; null when it may. */
  @Nullable String refuse(String name, String value);

  /**
   * The values that a topic has for what is not set for it, by name; shown to those who create
   * topics.
   */
  default Map<String, String> defaults() {
    return Map.of();
  }

  /** Whether the setting is a comma-separated list, to which a client may append. */
  default boolean isList(String name) {
    return false;
  }
}
