package io.weir.replication.log;

import io.weir.protocol.record.BatchValidator;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.compaction.core.CleanupConfig;
import io.weir.replication.compaction.core.CleanupPolicy;
import java.util.Optional;

/**
 * What a topic's settings ask of its logs. Immutable; the names are those of the settings.
 *
 * @param segmentBytes a segment is closed before it would grow past this
 * @param segmentMs a segment is closed when timestamps have moved on by this since its first batch
 * @param segmentJitterMs up to this much is taken off segmentMs, for each segment another part
 * @param segmentIndexBytes a segment is closed before the entries of one of its index files would
 *     take more than this
 * @param indexIntervalBytes bytes of log between two index entries
 * @param retentionMs -1 for ever
 * @param retentionBytes -1 unbounded
 * @param fileDeleteDelayMs how long the files of removed segments stay, renamed
 */
public record LogConfig(
    int segmentBytes,
    long segmentMs,
    long segmentJitterMs,
    int segmentIndexBytes,
    int indexIntervalBytes,
    int maxMessageBytes,
    long retentionMs,
    long retentionBytes,
    long fileDeleteDelayMs,
    TimestampType timestampType,
    long timestampBeforeMaxMs,
    long timestampAfterMaxMs,
    int minInsyncReplicas,
    CleanupConfig cleanup,
    FlushConfig flush,
    TopicCompression compression) {

  private static final long DAY_MS = 24L * 60 * 60 * 1000;

  private static final LogConfig DEFAULTS =
      new LogConfig(
          1 << 30,
          7 * DAY_MS,
          0,
          10 << 20,
          4096,
          1024 * 1024 + 12,
          7 * DAY_MS,
          -1,
          60_000,
          TimestampType.CREATE_TIME,
          Long.MAX_VALUE,
          60L * 60 * 1000,
          1,
          CleanupConfig.defaults(),
          FlushConfig.defaults(),
          TopicCompression.asProduced());

  public LogConfig {
    require(segmentBytes > 0, "segment.bytes", segmentBytes);
    require(segmentMs > 0, "segment.ms", segmentMs);
    require(segmentJitterMs >= 0, "segment.jitter.ms", segmentJitterMs);
    require(segmentIndexBytes >= 4, "segment.index.bytes", segmentIndexBytes);
    require(indexIntervalBytes >= 0, "index.interval.bytes", indexIntervalBytes);
    require(maxMessageBytes >= 0, "max.message.bytes", maxMessageBytes);
    require(retentionMs >= -1, "retention.ms", retentionMs);
    require(retentionBytes >= -1, "retention.bytes", retentionBytes);
    require(fileDeleteDelayMs >= 0, "file.delete.delay.ms", fileDeleteDelayMs);
    require(minInsyncReplicas >= 1, "min.insync.replicas", minInsyncReplicas);
  }

  private static void require(boolean holds, String setting, long value) {
    if (!holds) {
      throw new IllegalArgumentException(setting + " cannot be " + value);
    }
  }

  /** Kafka's own defaults. */
  public static LogConfig defaults() {
    return DEFAULTS;
  }

  /**
   * After what time, by its batches, a segment is closed: what is compacted must be so in time, and
   * the segment that is written to is not.
   */
  public long rollMs() {
    return cleanup.compacts() ? Math.min(segmentMs, cleanup.maxCompactionLagMs()) : segmentMs;
  }

  public Builder toBuilder() {
    return new Builder(this);
  }

  /** What a client's batch must keep to. */
  public BatchValidator.Limits batchLimits() {
    return new BatchValidator.Limits(
        maxMessageBytes, timestampType, timestampBeforeMaxMs, timestampAfterMaxMs);
  }

  /** Changes single settings of another configuration. Confined to its user. */
  public static final class Builder {
    private int segmentBytes;
    private long segmentMs;
    private long segmentJitterMs;
    private int segmentIndexBytes;
    private int indexIntervalBytes;
    private int maxMessageBytes;
    private long retentionMs;
    private long retentionBytes;
    private long fileDeleteDelayMs;
    private TimestampType timestampType;
    private long timestampBeforeMaxMs;
    private long timestampAfterMaxMs;
    private int minInsyncReplicas;
    private CleanupConfig cleanup;
    private FlushConfig flush;
    private TopicCompression compression;

    private Builder(LogConfig from) {
      segmentBytes = from.segmentBytes;
      segmentMs = from.segmentMs;
      segmentJitterMs = from.segmentJitterMs;
      segmentIndexBytes = from.segmentIndexBytes;
      indexIntervalBytes = from.indexIntervalBytes;
      maxMessageBytes = from.maxMessageBytes;
      retentionMs = from.retentionMs;
      retentionBytes = from.retentionBytes;
      fileDeleteDelayMs = from.fileDeleteDelayMs;
      timestampType = from.timestampType;
      timestampBeforeMaxMs = from.timestampBeforeMaxMs;
      timestampAfterMaxMs = from.timestampAfterMaxMs;
      minInsyncReplicas = from.minInsyncReplicas;
      cleanup = from.cleanup;
      flush = from.flush;
      compression = from.compression;
    }

    public Builder segmentBytes(int bytes) {
      segmentBytes = bytes;
      return this;
    }

    public Builder segmentMs(long ms) {
      segmentMs = ms;
      return this;
    }

    public Builder segmentJitterMs(long ms) {
      segmentJitterMs = ms;
      return this;
    }

    public Builder segmentIndexBytes(int bytes) {
      segmentIndexBytes = bytes;
      return this;
    }

    public Builder indexIntervalBytes(int bytes) {
      indexIntervalBytes = bytes;
      return this;
    }

    public Builder maxMessageBytes(int bytes) {
      maxMessageBytes = bytes;
      return this;
    }

    public Builder retentionMs(long ms) {
      retentionMs = ms;
      return this;
    }

    public Builder retentionBytes(long bytes) {
      retentionBytes = bytes;
      return this;
    }

    public Builder fileDeleteDelayMs(long ms) {
      fileDeleteDelayMs = ms;
      return this;
    }

    public Builder timestampType(TimestampType type) {
      timestampType = type;
      return this;
    }

    public Builder timestampBeforeMaxMs(long ms) {
      timestampBeforeMaxMs = ms;
      return this;
    }

    public Builder timestampAfterMaxMs(long ms) {
      timestampAfterMaxMs = ms;
      return this;
    }

    public Builder minInsyncReplicas(int count) {
      minInsyncReplicas = count;
      return this;
    }

    public Builder cleanupPolicy(CleanupPolicy policy) {
      cleanup = cleanup.withPolicy(policy);
      return this;
    }

    public Builder minCleanableDirtyRatio(double ratio) {
      cleanup = cleanup.withMinCleanableDirtyRatio(ratio);
      return this;
    }

    public Builder minCompactionLagMs(long ms) {
      cleanup = cleanup.withMinCompactionLagMs(ms);
      return this;
    }

    public Builder maxCompactionLagMs(long ms) {
      cleanup = cleanup.withMaxCompactionLagMs(ms);
      return this;
    }

    public Builder deleteRetentionMs(long ms) {
      cleanup = cleanup.withDeleteRetentionMs(ms);
      return this;
    }

    public Builder durability(Durability durability) {
      flush = flush.withDurability(durability);
      return this;
    }

    public Builder flushMessages(long messages) {
      flush = flush.withMessages(messages);
      return this;
    }

    public Builder flushMs(long ms) {
      flush = flush.withMs(ms);
      return this;
    }

    /** Empty for the producer's choice. */
    public Builder compressionType(Optional<CompressionType> type) {
      compression = compression.withType(type);
      return this;
    }

    public Builder gzipLevel(int level) {
      compression = compression.withGzipLevel(level);
      return this;
    }

    public Builder lz4Level(int level) {
      compression = compression.withLz4Level(level);
      return this;
    }

    public Builder zstdLevel(int level) {
      compression = compression.withZstdLevel(level);
      return this;
    }

    public LogConfig build() {
      return new LogConfig(
          segmentBytes,
          segmentMs,
          segmentJitterMs,
          segmentIndexBytes,
          indexIntervalBytes,
          maxMessageBytes,
          retentionMs,
          retentionBytes,
          fileDeleteDelayMs,
          timestampType,
          timestampBeforeMaxMs,
          timestampAfterMaxMs,
          minInsyncReplicas,
          cleanup,
          flush,
          compression);
    }
  }
}
