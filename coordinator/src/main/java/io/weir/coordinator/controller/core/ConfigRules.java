package io.weir.coordinator.controller.core;

import io.weir.coordinator.TopicConfigs;
import io.weir.protocol.model.ErrorCode;
import java.util.Map;

/** What settings a topic may be given. Immutable. */
record ConfigRules(TopicConfigs configs) {
  /** Names and values together, so that a topic always fits into a znode. */
  private static final int MAX_CHARACTERS = 32 * 1024;

  void check(Map<String, String> config) throws Refusal {
    int characters = 0;
    for (Map.Entry<String, String> entry : config.entrySet()) {
      characters += entry.getKey().length() + entry.getValue().length();
      String refusal = configs.refuse(entry.getKey(), entry.getValue());
      if (refusal != null) {
        throw new Refusal(ErrorCode.INVALID_CONFIG, refusal);
      }
    }
    if (characters > MAX_CHARACTERS) {
      throw new Refusal(
          ErrorCode.INVALID_CONFIG,
          "the settings of a topic together must not be longer than "
              + MAX_CHARACTERS
              + " characters");
    }
  }
}
