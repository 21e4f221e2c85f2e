package io.weir.broker.config;

import io.weir.replication.log.LogConfig;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One setting of a topic. Immutable.
 *
 * @param type how its text is read
 * @param synonyms the node's settings that give its default, the one that wins first
 * @param nodeDefault its text for a topic that does not set it
 * @param apply puts a value into a log's configuration; nothing for settings with one possible
 *     value
 * @param doc a sentence for DescribeConfigs and the reference
 */
record TopicSetting<T>(
    String name,
    SettingType<T> type,
    List<Setting<?>> synonyms,
    Function<BrokerConfig, String> nodeDefault,
    BiConsumer<LogConfig.Builder, T> apply,
    String doc) {

  /** A setting whose default is that of a node's setting. */
  static <T> TopicSetting<T> like(
      String name, Setting<T> nodeSetting, BiConsumer<LogConfig.Builder, T> apply) {
    return new TopicSetting<>(
        name,
        nodeSetting.type(),
        List.of(nodeSetting),
        config -> String.valueOf(config.text(nodeSetting)),
        apply,
        nodeSetting.doc());
  }

  /** A setting that has one possible value here. */
  static TopicSetting<String> only(
      String name, WireType wireType, String value, String why, String doc) {
    return new TopicSetting<>(
        name,
        SettingType.only(wireType, value, why),
        List.of(),
        config -> value,
        (_, _) -> {},
        doc);
  }

  void parseInto(LogConfig.Builder log, String text) throws BadValueException {
    apply.accept(log, type.parser().parse(text));
  }
}
