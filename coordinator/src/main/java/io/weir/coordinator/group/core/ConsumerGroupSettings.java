package io.weir.coordinator.group.core;

import java.util.List;

/**
 * What an operator may set about groups of the consumer protocol, under Kafka's names. Immutable.
 *
 * @param sessionTimeoutMs group.consumer.session.timeout.ms
 * @param heartbeatIntervalMs group.consumer.heartbeat.interval.ms
 * @param maxSize group.consumer.max.size
 * @param assignors group.consumer.assignors; the first is the default
 * @param migrationPolicy group.consumer.migration.policy
 */
public record ConsumerGroupSettings(
    int sessionTimeoutMs,
    int heartbeatIntervalMs,
    int maxSize,
    List<String> assignors,
    MigrationPolicy migrationPolicy) {

  public ConsumerGroupSettings {
    assignors = List.copyOf(assignors);
    if (sessionTimeoutMs < 1 || heartbeatIntervalMs < 1 || maxSize < 1) {
      throw new IllegalArgumentException(
          "group.consumer.session.timeout.ms, group.consumer.heartbeat.interval.ms and"
              + " group.consumer.max.size must be at least 1");
    }
    if (heartbeatIntervalMs >= sessionTimeoutMs) {
      throw new IllegalArgumentException(
          "group.consumer.heartbeat.interval.ms must be below group.consumer.session.timeout.ms");
    }
    if (assignors.isEmpty()) {
      throw new IllegalArgumentException("group.consumer.assignors must name an assignor");
    }
    Assignors.of(assignors);
  }

  /** Kafka's defaults. */
  public static ConsumerGroupSettings defaults() {
    return new ConsumerGroupSettings(
        45_000,
        5_000,
        Integer.MAX_VALUE,
        List.of("uniform", "range"),
        MigrationPolicy.BIDIRECTIONAL);
  }
}
