package io.weir.broker.config;

import io.weir.broker.config.ConfigEntry.Synonym;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's settings as DescribeConfigs shows them. They are read when the node starts, so all are
 * read-only.
 */
public final class NodeSettingEntries {
  private NodeSettingEntries() {}

  /** All of them, in the order of the table. */
  public static List<ConfigEntry> of(BrokerConfig node) {
    return BrokerSettings.ALL.stream().map(setting -> entry(node, setting)).toList();
  }

  /** The values that a setting has or would have: the given one, then the default. */
  static List<Synonym> values(BrokerConfig node, Setting<?> setting) {
    List<Synonym> values = new ArrayList<>(2);
    if (node.isGiven(setting)) {
      values.add(new Synonym(setting.name(), node.text(setting), ConfigSource.NODE_FILE));
    }
    if (setting.defaultText() != null) {
      values.add(new Synonym(setting.name(), setting.defaultText(), ConfigSource.DEFAULT));
    }
    return values;
  }

  private static ConfigEntry entry(BrokerConfig node, Setting<?> setting) {
    return new ConfigEntry(
        setting.name(),
        node.text(setting),
        node.isGiven(setting) ? ConfigSource.NODE_FILE : ConfigSource.DEFAULT,
        true,
        setting.type().wireType(),
        setting.doc(),
        values(node, setting));
  }
}
