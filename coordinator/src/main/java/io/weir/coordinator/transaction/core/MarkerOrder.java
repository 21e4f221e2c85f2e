package io.weir.coordinator.transaction.core;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;

/**
 * A marker to send to one partition; given anew for each try. The core learns of the outcome
 * through {@link TransactionShardCore#markerAnswered}. Confined to the shard; two orders are never
 * equal.
 */
public final class MarkerOrder implements Effect {
  private static final long FIRST_BACKOFF_MS = 20;
  private static final long LAST_BACKOFF_MS = 1_000;

  /** With the back-offs between them, some five seconds. */
  private static final int UNKNOWN_UNTIL_DELETED = 10;

  private final String transactionalId;
  private final Producer producer;
  private final boolean commit;
  private final boolean raisesEpoch;
  private final TopicPartition partition;
  private long backoffMs = FIRST_BACKOFF_MS;
  private int unknownInARow;

  MarkerOrder(String transactionalId, TransactionState prepared, TopicPartition partition) {
    this.transactionalId = transactionalId;
    this.producer = prepared.producer();
    this.commit = prepared.status().isCommit();
    this.raisesEpoch = prepared.raisesEpoch();
    this.partition = partition;
  }

  public String transactionalId() {
    return transactionalId;
  }

  public Producer producer() {
    return producer;
  }

  public boolean commit() {
    return commit;
  }

  /** Whether the producer's epoch is above that of the transaction's records in any case. */
  public boolean raisesEpoch() {
    return raisesEpoch;
  }

  public TopicPartition partition() {
    return partition;
  }

  /** Whether the answer to a try makes another one needless. */
  boolean isDoneBy(ErrorCode answer) {
    unknownInARow = answer == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ? unknownInARow + 1 : 0;
    return answer == ErrorCode.NONE || unknownInARow == UNKNOWN_UNTIL_DELETED;
  }

  /** How long to wait before the next try; grows. */
  long nextBackoffMs() {
    long now = backoffMs;
    backoffMs = Math.min(2 * backoffMs, LAST_BACKOFF_MS);
    return now;
  }
}
