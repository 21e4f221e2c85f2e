package io.weir.coordinator.group.core;

/**
 * What an operator may set, under Kafka's names. Immutable.
 *
 * @param minSessionTimeoutMs group.min.session.timeout.ms
 * @param maxSessionTimeoutMs group.max.session.timeout.ms
 * @param maxSize group.max.size
 * @param initialRebalanceDelayMs group.initial.rebalance.delay.ms
 * @param offsetMetadataMaxBytes offset.metadata.max.bytes
 * @param offsetsRetentionMs offsets.retention.minutes
 * @param retentionCheckIntervalMs offsets.retention.check.interval.ms
 * @param commitTimeoutMs offsets.commit.timeout.ms: how long who waits for a write is kept waiting
 * @param consumer of groups of the consumer protocol
 */
public record GroupSettings(
    int minSessionTimeoutMs,
    int maxSessionTimeoutMs,
    int maxSize,
    int initialRebalanceDelayMs,
    int offsetMetadataMaxBytes,
    long offsetsRetentionMs,
    long retentionCheckIntervalMs,
    int commitTimeoutMs,
    ConsumerGroupSettings consumer) {

  public GroupSettings {
    if (minSessionTimeoutMs < 1 || maxSessionTimeoutMs < minSessionTimeoutMs) {
      throw new IllegalArgumentException(
          "group.min.session.timeout.ms must be at least 1 and not above"
              + " group.max.session.timeout.ms");
    }
    if (maxSize < 1) {
      throw new IllegalArgumentException("group.max.size must be at least 1");
    }
    if (initialRebalanceDelayMs < 0 || offsetMetadataMaxBytes < 0) {
      throw new IllegalArgumentException(
          "group.initial.rebalance.delay.ms and offset.metadata.max.bytes must not be negative");
    }
    if (offsetsRetentionMs < 1 || retentionCheckIntervalMs < 1 || commitTimeoutMs < 1) {
      throw new IllegalArgumentException(
          "offsets.retention.minutes, offsets.retention.check.interval.ms and"
              + " offsets.commit.timeout.ms must be at least 1");
    }
  }

  /** Kafka's defaults. */
  public static GroupSettings defaults() {
    return new GroupSettings(
        6_000,
        1_800_000,
        Integer.MAX_VALUE,
        3_000,
        4_096,
        10_080 * 60_000L,
        600_000,
        5_000,
        ConsumerGroupSettings.defaults());
  }
}
