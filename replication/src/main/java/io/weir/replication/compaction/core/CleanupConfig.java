package io.weir.replication.compaction.core;

/**
 * What a topic's settings say of the end of its records. Immutable; the names are those of the
 * settings.
 */
public record CleanupConfig(
    CleanupPolicy cleanupPolicy,
    double minCleanableDirtyRatio,
    long minCompactionLagMs,
    long maxCompactionLagMs,
    long deleteRetentionMs) {
  private static final CleanupConfig DEFAULTS =
      new CleanupConfig(CleanupPolicy.DELETE, 0.5, 0, Long.MAX_VALUE, 86_400_000);

  public CleanupConfig {
    require(
        minCleanableDirtyRatio >= 0 && minCleanableDirtyRatio <= 1,
        "min.cleanable.dirty.ratio",
        minCleanableDirtyRatio);
    require(minCompactionLagMs >= 0, "min.compaction.lag.ms", minCompactionLagMs);
    require(maxCompactionLagMs >= 1, "max.compaction.lag.ms", maxCompactionLagMs);
    require(deleteRetentionMs >= 0, "delete.retention.ms", deleteRetentionMs);
  }

  private static void require(boolean holds, String setting, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(setting + " cannot be " + value);
    }
  }

  /** Kafka's own defaults. */
  public static CleanupConfig defaults() {
    return DEFAULTS;
  }

  public boolean compacts() {
    return cleanupPolicy != CleanupPolicy.DELETE;
  }

  /** Whether old segments go by age and size. */
  public boolean deletes() {
    return cleanupPolicy != CleanupPolicy.COMPACT;
  }

  public CleanupConfig withPolicy(CleanupPolicy policy) {
    return new CleanupConfig(
        policy, minCleanableDirtyRatio, minCompactionLagMs, maxCompactionLagMs, deleteRetentionMs);
  }

  public CleanupConfig withMinCleanableDirtyRatio(double ratio) {
    return new CleanupConfig(
        cleanupPolicy, ratio, minCompactionLagMs, maxCompactionLagMs, deleteRetentionMs);
  }

  public CleanupConfig withMinCompactionLagMs(long ms) {
    return new CleanupConfig(
        cleanupPolicy, minCleanableDirtyRatio, ms, maxCompactionLagMs, deleteRetentionMs);
  }

  public CleanupConfig withMaxCompactionLagMs(long ms) {
    return new CleanupConfig(
        cleanupPolicy, minCleanableDirtyRatio, minCompactionLagMs, ms, deleteRetentionMs);
  }

  public CleanupConfig withDeleteRetentionMs(long ms) {
    return new CleanupConfig(
        cleanupPolicy, minCleanableDirtyRatio, minCompactionLagMs, maxCompactionLagMs, ms);
  }
}
