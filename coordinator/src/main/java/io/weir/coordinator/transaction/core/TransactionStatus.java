package io.weir.coordinator.transaction.core;

import org.jspecify.annotations.Nullable;

/** Where a transactional id stands; numbers and names are Kafka's. */
public enum TransactionStatus {
  EMPTY(0, "Empty"),
  ONGOING(1, "Ongoing"),
  PREPARE_COMMIT(2, "PrepareCommit"),
  PREPARE_ABORT(3, "PrepareAbort"),
  COMPLETE_COMMIT(4, "CompleteCommit"),
  COMPLETE_ABORT(5, "CompleteAbort"),
  /** Its tombstone is being written; never in the log. */
  DEAD(6, "Dead"),
  /** An abort that fences the producer is being written; in the log it is PREPARE_ABORT. */
  PREPARE_EPOCH_FENCE(7, "PrepareEpochFence");

  private final int number;
  private final String shown;

  TransactionStatus(int number, String shown) {
    this.number = number;
    this.shown = shown;
  }

  /** As the log has it. */
  public int number() {
    return number;
  }

  /** As tools show it. */
  public String shown() {
    return shown;
  }

  /**
   * @throws IllegalArgumentException for a number that means no state that a log can have
   */
  public static TransactionStatus ofNumber(int number) {
    for (TransactionStatus status : values()) {
      if (status.number == number && status != DEAD && status != PREPARE_EPOCH_FENCE) {
        return status;
      }
    }
    throw new IllegalArgumentException("no state of a transaction in a log: " + number);
  }

  /** Null when no state has that name. */
  public static @Nullable TransactionStatus named(String shown) {
    for (TransactionStatus status : values()) {
      if (status.shown.equals(shown)) {
        return status;
      }
    }
    return null;
  }

  /** Decided, and markers are on their way. */
  public boolean isPrepared() {
    return this == PREPARE_COMMIT || this == PREPARE_ABORT;
  }

  /** Begun and not complete. */
  public boolean isOpen() {
    return this == ONGOING || isPrepared();
  }

  /** The outcome is, or will be, a commit. */
  public boolean isCommit() {
    return this == PREPARE_COMMIT || this == COMPLETE_COMMIT;
  }
}
