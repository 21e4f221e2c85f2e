package io.weir.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.config.ConfigEntry.Synonym;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.compaction.core.CleanupPolicy;
import io.weir.replication.log.LogConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicSettingsTest {
  private final BrokerConfig node =
      BrokerConfig.of(
          Map.of(
              "node.id", "1",
              "log.dirs", "/tmp/weir",
              "zookeeper.connect", "localhost:2181",
              "log.retention.minutes", "10",
              "min.insync.replicas", "2"));
  private final TopicSettings settings = new TopicSettings(node);

  @Test
  void aTopicHasTheNodesDefaultsAndItsOwnSettingsWin() {
    LogConfig plain = settings.logConfig(Map.of());
    LogConfig own =
        settings.logConfig(
            Map.of(
                "retention.ms", "5000",
                "min.insync.replicas", "1",
                "message.timestamp.type", "LogAppendTime",
                "cleanup.policy", "compact, delete",
                "min.cleanable.dirty.ratio", "0.1"));

    assertThat(plain.retentionMs()).isEqualTo(600_000);
    assertThat(plain.minInsyncReplicas()).isEqualTo(2);
    assertThat(own.retentionMs()).isEqualTo(5000);
    assertThat(own.minInsyncReplicas()).isEqualTo(1);
    assertThat(own.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    assertThat(own.segmentBytes()).isEqualTo(plain.segmentBytes());
    assertThat(plain.cleanup().cleanupPolicy()).isEqualTo(CleanupPolicy.DELETE);
    assertThat(own.cleanup().cleanupPolicy()).isEqualTo(CleanupPolicy.COMPACT_AND_DELETE);
    assertThat(own.cleanup().minCleanableDirtyRatio()).isEqualTo(0.1);
  }

  @Test
  void theDefaultOfEverySettingIsAccepted() {
    settings.defaults().forEach((name, value) -> assertThat(settings.refuse(name, value)).isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retention.ms                   | banana   | Invalid value banana for configuration retention.ms: must be a whole number
          retention.ms                   | -2       | must be at least -1
          cleanup.policy                 | shrink   | must be delete, compact, or both
          min.cleanable.dirty.ratio      | 1.5      | must be from 0.0 to 1.0
          delete.retention.ms            | -1       | must be at least 0
          unclean.leader.election.enable | yes      | must be true or false
          compression.type               | brotli   | must be producer, uncompressed, gzip, snappy, lz4 or zstd
          flush.messages                 | 0        | must be at least 1
          durability                     | paper    | must be replicated or fsync
          compression.zstd.level         | 23       | must be from -131072 to 22
          retention.mss                  | 1        | Unknown topic config name: retention.mss
          """)
  void whatCannotBeHonouredIsRefusedWithTheReason(String name, String value, String why) {
    assertThat(settings.refuse(name, value)).contains(why);
  }

  @Test
  void aDescriptionTellsWhereAValueComesFromAndWhatItWouldBeOtherwise() {
    ConfigEntry own = entry(Map.of("retention.ms", "5000"), "retention.ms");
    ConfigEntry fromNode = entry(Map.of(), "retention.ms");
    ConfigEntry fromTable = entry(Map.of(), "segment.bytes");

    assertThat(own.value()).isEqualTo("5000");
    assertThat(own.source()).isEqualTo(ConfigSource.TOPIC);
    assertThat(own.synonyms())
        .containsExactly(
            new Synonym("retention.ms", "5000", ConfigSource.TOPIC),
            new Synonym("log.retention.minutes", "10", ConfigSource.NODE_FILE),
            new Synonym("log.retention.hours", "168", ConfigSource.DEFAULT));
    assertThat(fromNode.value()).isEqualTo("600000");
    assertThat(fromNode.source()).isEqualTo(ConfigSource.NODE_FILE);
    assertThat(fromTable.source()).isEqualTo(ConfigSource.DEFAULT);
    assertThat(fromTable.value()).isEqualTo("1073741824");
  }

  @Test
  void onlyListsMayBeAppendedTo() {
    assertThat(settings.isList("cleanup.policy")).isTrue();
    assertThat(settings.isList("retention.ms")).isFalse();
    assertThat(settings.isList("unheard.of")).isFalse();
  }

  private ConfigEntry entry(Map<String, String> config, String name) {
    return settings.describe(config).stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
