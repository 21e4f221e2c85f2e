package io.weir.broker.config;

import io.weir.broker.config.ConfigEntry.Synonym;
import io.weir.coordinator.TopicConfigs;
import io.weir.replication.log.LogConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What settings topics may have, and what they mean on this node. Immutable. */
public final class TopicSettings implements TopicConfigs {
  private final BrokerConfig node;
  private final LogConfig nodeDefaults;

  public TopicSettings(BrokerConfig node) {
    this.node = node;
    LogConfig.Builder log = LogConfig.defaults().toBuilder();
    for (TopicSetting<?> setting : TopicSettingTable.ROWS.values()) {
      try {
        setting.parseInto(log, setting.nodeDefault().apply(node));
      } catch (BadValueException e) {
        throw new IllegalStateException("default of " + setting.name(), e);
      }
    }
    this.nodeDefaults = log.build();
  }

  @Override
  public @Nullable String refuse(String name, String value) {
    TopicSetting<?> setting = TopicSettingTable.ROWS.get(name);
    if (setting == null) {
      String why = TopicSettingTable.REFUSED.get(name);
      return why == null
          ? "Unknown topic config name: " + name
          : invalid(name, value, "it is not supported, " + why);
    }
    try {
      var _ = setting.type().parser().parse(value.strip());
      return null;
    } catch (BadValueException e) {
      return invalid(name, value, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> texts = new HashMap<>();
    TopicSettingTable.ROWS.forEach(
        (name, setting) -> texts.put(name, setting.nodeDefault().apply(node)));
    return texts;
  }

  @Override
  public boolean isList(String name) {
    TopicSetting<?> setting = TopicSettingTable.ROWS.get(name);
    return setting != null && setting.type().wireType() == WireType.LIST;
  }

  /**
   * How a topic's logs behave on this node.
   *
   * @param config what is set for the topic, all of it accepted by {@link #refuse}
   */
  public LogConfig logConfig(Map<String, String> config) {
    if (config.isEmpty()) {
      return nodeDefaults;
    }
    LogConfig.Builder log = nodeDefaults.toBuilder();
    config.forEach((name, value) -> {
      TopicSetting<?> setting = TopicSettingTable.ROWS.get(name);
      try {
        if (setting == null) {
          throw new BadValueException("unknown");
        }
        setting.parseInto(log, value.strip());
      } catch (BadValueException e) {
        throw new IllegalStateException(
            "a setting was accepted that cannot be used: "
                + invalid(name, value, String.valueOf(e.getMessage())),
            e);
      }
    });
    return log.build();
  }

  /** All settings of a topic, set for it or not, in alphabetical order. */
  public List<ConfigEntry> describe(Map<String, String> config) {
    return TopicSettingTable.ROWS.values().stream()
        .map(s -> entry(s, config.get(s.name())))
        .toList();
  }

  private ConfigEntry entry(TopicSetting<?> setting, @Nullable String own) {
    List<Synonym> synonyms = new ArrayList<>();
    if (own != null) {
      synonyms.add(new Synonym(setting.name(), own, ConfigSource.TOPIC));
    }
    for (Setting<?> nodeSetting : setting.synonyms()) {
      synonyms.addAll(NodeSettingEntries.values(node, nodeSetting));
    }
    String nodeDefault = setting.nodeDefault().apply(node);
    if (synonyms.isEmpty()) {
      synonyms.add(new Synonym(setting.name(), nodeDefault, ConfigSource.DEFAULT));
    }
    return new ConfigEntry(
        setting.name(),
        own != null ? own : nodeDefault,
        synonyms.getFirst().source(),
        false,
        setting.type().wireType(),
        setting.doc(),
        List.copyOf(synonyms));
  }

  private static String invalid(String name, String value, String why) {
    return "Invalid value " + value + " for configuration " + name + ": " + why;
  }
}
