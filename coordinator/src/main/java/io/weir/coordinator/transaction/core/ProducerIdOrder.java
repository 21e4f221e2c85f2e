package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Now;
import io.weir.protocol.model.ErrorCode;
import java.util.List;

/**
 * A producer id to get; the core learns of it through {@link TransactionShardCore#producerIdGiven}
 * or {@link TransactionShardCore#producerIdRefused}. Immutable; two orders are never equal.
 */
public final class ProducerIdOrder implements Effect {
  /** What follows from the answer; exactly one of the two is called. */
  interface Outcome {
    void given(long producerId, Now now, List<Effect> out);

    void refused(ErrorCode error, List<Effect> out);
  }

  private final String transactionalId;
  private final Outcome outcome;

  ProducerIdOrder(String transactionalId, Outcome outcome) {
    this.transactionalId = transactionalId;
    this.outcome = outcome;
  }

  String transactionalId() {
    return transactionalId;
  }

  Outcome outcome() {
    return outcome;
  }
}
