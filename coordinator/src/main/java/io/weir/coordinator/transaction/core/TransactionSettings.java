package io.weir.coordinator.transaction.core;

/**
 * What an operator may set, under Kafka's names. Immutable.
 *
 * @param maxTimeoutMs transaction.max.timeout.ms
 * @param timeoutCheckIntervalMs transaction.abort.timed.out.transaction.cleanup.interval.ms
 * @param idExpirationMs transactional.id.expiration.ms
 * @param expirationCheckIntervalMs transaction.remove.expired.transaction.cleanup.interval.ms
 */
public record TransactionSettings(
    int maxTimeoutMs,
    long timeoutCheckIntervalMs,
    long idExpirationMs,
    long expirationCheckIntervalMs) {

  public TransactionSettings {
    if (maxTimeoutMs < 1 || idExpirationMs < 1) {
      throw new IllegalArgumentException(
          "transaction.max.timeout.ms and transactional.id.expiration.ms must be at least 1");
    }
    if (timeoutCheckIntervalMs < 1 || expirationCheckIntervalMs < 1) {
      throw new IllegalArgumentException(
          "transaction.abort.timed.out.transaction.cleanup.interval.ms and"
              + " transaction.remove.expired.transaction.cleanup.interval.ms must be at least 1");
    }
  }

  /** Kafka's defaults. */
  public static TransactionSettings defaults() {
    return new TransactionSettings(900_000, 10_000, 7 * 24 * 3_600_000L, 3_600_000);
  }
}
