package io.weir.replication;

import io.weir.replication.compaction.CleanerSettings;

/**
 * Settings of a node's replication. Immutable.
 *
 * @param loops how many threads own partitions
 * @param replicaLagTimeMaxMs after how long a follower that has not caught up is proposed out of
 *     the in-sync set
 * @param retentionCheckIntervalMs how often leaders look for segments to delete
 * @param highWatermarkCheckpointIntervalMs how often high watermarks are written to disk
 * @param producerIdExpirationMs after how long without a record an idempotent producer is forgotten
 * @param producerIdExpirationCheckIntervalMs how often such producers are looked for
 * @param followerWindowBytes how much of a partition may be on its way to a follower unacknowledged
 * @param recoveryThreads how many logs of a directory are opened at a time
 * @param cleaner what the cleaners of logs may take
 */
public record ReplicaSettings(
    int loops,
    long replicaLagTimeMaxMs,
    long retentionCheckIntervalMs,
    long highWatermarkCheckpointIntervalMs,
    long producerIdExpirationMs,
    long producerIdExpirationCheckIntervalMs,
    int followerWindowBytes,
    int recoveryThreads,
    CleanerSettings cleaner) {
  public ReplicaSettings {
    if (loops < 1 || followerWindowBytes < 1 || recoveryThreads < 1) {
      throw new IllegalArgumentException(
          "loops, followerWindowBytes and recoveryThreads must be positive");
    }
  }

  /** As many loops as there are cores, and Kafka's defaults. */
  public static ReplicaSettings defaults() {
    return new ReplicaSettings(
        Runtime.getRuntime().availableProcessors(),
        10_000,
        300_000,
        5_000,
        86_400_000,
        600_000,
        1 << 20,
        2,
        CleanerSettings.defaults());
  }

  public ReplicaSettings withLoops(int count) {
    return new ReplicaSettings(
        count,
        replicaLagTimeMaxMs,
        retentionCheckIntervalMs,
        highWatermarkCheckpointIntervalMs,
        producerIdExpirationMs,
        producerIdExpirationCheckIntervalMs,
        followerWindowBytes,
        recoveryThreads,
        cleaner);
  }

  public ReplicaSettings withReplicaLagTimeMaxMs(long ms) {
    return new ReplicaSettings(
        loops,
        ms,
        retentionCheckIntervalMs,
        highWatermarkCheckpointIntervalMs,
        producerIdExpirationMs,
        producerIdExpirationCheckIntervalMs,
        followerWindowBytes,
        recoveryThreads,
        cleaner);
  }

  public ReplicaSettings withRetentionCheckIntervalMs(long ms) {
    return new ReplicaSettings(
        loops,
        replicaLagTimeMaxMs,
        ms,
        highWatermarkCheckpointIntervalMs,
        producerIdExpirationMs,
        producerIdExpirationCheckIntervalMs,
        followerWindowBytes,
        recoveryThreads,
        cleaner);
  }

  public ReplicaSettings withCleaner(CleanerSettings settings) {
    return new ReplicaSettings(
        loops,
        replicaLagTimeMaxMs,
        retentionCheckIntervalMs,
        highWatermarkCheckpointIntervalMs,
        producerIdExpirationMs,
        producerIdExpirationCheckIntervalMs,
        followerWindowBytes,
        recoveryThreads,
        settings);
  }

  public ReplicaSettings withProducerIdExpiration(long expirationMs, long checkIntervalMs) {
    return new ReplicaSettings(
        loops,
        replicaLagTimeMaxMs,
        retentionCheckIntervalMs,
        highWatermarkCheckpointIntervalMs,
        expirationMs,
        checkIntervalMs,
        followerWindowBytes,
        recoveryThreads,
        cleaner);
  }
}
