package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Now;
import io.weir.protocol.model.ErrorCode;
import java.util.List;

/**
 * A record to append behind all that was emitted before. The core learns the outcome through {@link
 * TransactionShardCore#settled}. Immutable; two writes are never equal.
 */
public final class Write implements Effect {
  /** What follows from a write's outcome. */
  @FunctionalInterface
  interface Outcome {
    /**
     * The record is committed and applied (NONE), or was not and never will be written. Called
     * exactly once.
     */
    void settled(ErrorCode error, Now now, List<Effect> out);
  }

  private final TransactionRecord record;
  private final Outcome outcome;

  Write(TransactionRecord record, Outcome outcome) {
    this.record = record;
    this.outcome = outcome;
  }

  public TransactionRecord record() {
    return record;
  }

  Outcome outcome() {
    return outcome;
  }
}
