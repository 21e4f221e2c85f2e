package io.weir.broker.config;

import static io.weir.broker.config.TopicSetting.like;
import static io.weir.broker.config.TopicSetting.only;

import io.weir.replication.log.LogConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of topics' settings, by Kafka's names. What cannot be honoured is refused, with the
 * reason.
 */
final class TopicSettingTable {
  /** By name, in alphabetical order. */
  static final Map<String, TopicSetting<?>> ROWS = rows();

  /** Kafka's settings of which no value can be honoured, with the reason. */
  static final Map<String, String> REFUSED =
      Map.of(
          "leader.replication.throttled.replicas", Unsupported.THROTTLING,
          "follower.replication.throttled.replicas", Unsupported.THROTTLING,
          "local.retention.ms", Unsupported.TIERED_STORAGE,
          "local.retention.bytes", Unsupported.TIERED_STORAGE,
          "remote.log.copy.disable", Unsupported.TIERED_STORAGE,
          "remote.log.delete.on.disable", Unsupported.TIERED_STORAGE);

  private TopicSettingTable() {}

  private static Map<String, TopicSetting<?>> rows() {
    List<TopicSetting<?>> rows =
        List.of(
            like(
                "cleanup.policy",
                BrokerSettings.LOG_CLEANUP_POLICY,
                LogConfig.Builder::cleanupPolicy),
            like(
                "compression.gzip.level",
                BrokerSettings.COMPRESSION_GZIP_LEVEL,
                LogConfig.Builder::gzipLevel),
            like(
                "compression.lz4.level",
                BrokerSettings.COMPRESSION_LZ4_LEVEL,
                LogConfig.Builder::lz4Level),
            like(
                "compression.type",
                BrokerSettings.COMPRESSION_TYPE,
                LogConfig.Builder::compressionType),
            like(
                "compression.zstd.level",
                BrokerSettings.COMPRESSION_ZSTD_LEVEL,
                LogConfig.Builder::zstdLevel),
            like(
                "delete.retention.ms",
                BrokerSettings.LOG_CLEANER_DELETE_RETENTION_MS,
                LogConfig.Builder::deleteRetentionMs),
            like("durability", BrokerSettings.DURABILITY, LogConfig.Builder::durability),
            like(
                "file.delete.delay.ms",
                BrokerSettings.LOG_SEGMENT_DELETE_DELAY_MS,
                LogConfig.Builder::fileDeleteDelayMs),
            like(
                "flush.messages",
                BrokerSettings.LOG_FLUSH_INTERVAL_MESSAGES,
                LogConfig.Builder::flushMessages),
            like("flush.ms", BrokerSettings.LOG_FLUSH_INTERVAL_MS, LogConfig.Builder::flushMs),
            like(
                "index.interval.bytes",
                BrokerSettings.LOG_INDEX_INTERVAL_BYTES,
                LogConfig.Builder::indexIntervalBytes),
            like(
                "max.compaction.lag.ms",
                BrokerSettings.LOG_CLEANER_MAX_COMPACTION_LAG_MS,
                LogConfig.Builder::maxCompactionLagMs),
            like(
                "max.message.bytes",
                BrokerSettings.MESSAGE_MAX_BYTES,
                LogConfig.Builder::maxMessageBytes),
            like(
                "message.timestamp.after.max.ms",
                BrokerSettings.LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS,
                LogConfig.Builder::timestampAfterMaxMs),
            like(
                "message.timestamp.before.max.ms",
                BrokerSettings.LOG_MESSAGE_TIMESTAMP_BEFORE_MAX_MS,
                LogConfig.Builder::timestampBeforeMaxMs),
            like(
                "message.timestamp.type",
                BrokerSettings.LOG_MESSAGE_TIMESTAMP_TYPE,
                LogConfig.Builder::timestampType),
            like(
                "min.cleanable.dirty.ratio",
                BrokerSettings.LOG_CLEANER_MIN_CLEANABLE_RATIO,
                LogConfig.Builder::minCleanableDirtyRatio),
            like(
                "min.compaction.lag.ms",
                BrokerSettings.LOG_CLEANER_MIN_COMPACTION_LAG_MS,
                LogConfig.Builder::minCompactionLagMs),
            like(
                "min.insync.replicas",
                BrokerSettings.MIN_INSYNC_REPLICAS,
                LogConfig.Builder::minInsyncReplicas),
            only(
                "preallocate",
                WireType.BOOLEAN,
                "false",
                "because segments grow as they are written",
                "Whether a segment file is made in its full size."),
            only(
                "remote.storage.enable",
                WireType.BOOLEAN,
                "false",
                Unsupported.TIERED_STORAGE,
                "Whether old segments move to remote storage."),
            like(
                "retention.bytes",
                BrokerSettings.LOG_RETENTION_BYTES,
                LogConfig.Builder::retentionBytes),
            new TopicSetting<>(
                "retention.ms",
                BrokerSettings.LOG_RETENTION_MS.type(),
                List.of(
                    BrokerSettings.LOG_RETENTION_MS,
                    BrokerSettings.LOG_RETENTION_MINUTES,
                    BrokerSettings.LOG_RETENTION_HOURS),
                config -> Long.toString(config.logRetentionMs()),
                LogConfig.Builder::retentionMs,
                "How long records are kept, -1 = for ever."),
            like(
                "segment.bytes", BrokerSettings.LOG_SEGMENT_BYTES, LogConfig.Builder::segmentBytes),
            like(
                "segment.index.bytes",
                BrokerSettings.LOG_INDEX_SIZE_MAX_BYTES,
                LogConfig.Builder::segmentIndexBytes),
            new TopicSetting<>(
                "segment.jitter.ms",
                BrokerSettings.LOG_ROLL_JITTER_MS.type(),
                List.of(BrokerSettings.LOG_ROLL_JITTER_MS, BrokerSettings.LOG_ROLL_JITTER_HOURS),
                config -> Long.toString(config.logRollJitterMs()),
                LogConfig.Builder::segmentJitterMs,
                "Up to this much is taken off segment.ms, for each segment another part."),
            new TopicSetting<>(
                "segment.ms",
                BrokerSettings.LOG_ROLL_MS.type(),
                List.of(BrokerSettings.LOG_ROLL_MS, BrokerSettings.LOG_ROLL_HOURS),
                config -> Long.toString(config.logRollMs()),
                LogConfig.Builder::segmentMs,
                "Time after which a new segment is begun."),
            like(
                "unclean.leader.election.enable",
                BrokerSettings.UNCLEAN_LEADER_ELECTION_ENABLE,
                (_, _) -> {}));
    Map<String, TopicSetting<?>> byName = new LinkedHashMap<>();
    rows.forEach(row -> byName.put(row.name(), row));
    return byName;
  }
}
