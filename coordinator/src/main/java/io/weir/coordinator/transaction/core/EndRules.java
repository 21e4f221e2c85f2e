package io.weir.coordinator.transaction.core;

import io.weir.protocol.model.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Whether a transaction can end, or grow, as it is asked to. Stateless. */
final class EndRules {
  private EndRules() {}

  /** Why the producer may add nothing; NONE when it may. */
  static ErrorCode refusalToAdd(@Nullable TransactionState state, boolean busy, Producer producer) {
    if (state == null) {
      return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
    }
    if (!state.isCurrent(producer)) {
      return notRightful(state, producer);
    }
    return busy || state.status().isPrepared() ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.NONE;
  }

  /** Why the transaction does not end so; NONE when it does, or {@link #isDone did} before. */
  static ErrorCode refusalToEnd(
      @Nullable TransactionState state, boolean busy, EndRequested request) {
    if (state == null) {
      return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
    }
    boolean repeated = isRepeated(state, request);
    if (!repeated && !state.isCurrent(request.producer())) {
      return notRightful(state, request.producer());
    }
    if (busy) {
      return ErrorCode.CONCURRENT_TRANSACTIONS;
    }
    boolean sameOutcome = state.status().isCommit() == request.commit();
    return switch (state.status()) {
      // A repeated InitProducerId leads to Empty as well, and no end can come from before it.
      case EMPTY -> repeated ? ErrorCode.PRODUCER_FENCED : refusalOfNothing(request);
      case ONGOING -> ErrorCode.NONE;
      case PREPARE_COMMIT, PREPARE_ABORT -> {
        boolean ofNextTransaction = request.bumpsEpoch() && !repeated;
        yield sameOutcome || ofNextTransaction
            ? ErrorCode.CONCURRENT_TRANSACTIONS
            : otherOutcome(request);
      }
      case COMPLETE_COMMIT, COMPLETE_ABORT -> {
        if (request.bumpsEpoch() && !repeated) {
          yield refusalOfNothing(request);
        }
        yield sameOutcome ? ErrorCode.NONE : otherOutcome(request);
      }
      case DEAD, PREPARE_EPOCH_FENCE -> ErrorCode.CONCURRENT_TRANSACTIONS;
    };
  }

  /** Whether the log has that end already, so that its answer must have been lost. */
  static boolean isDone(TransactionState state, EndRequested request) {
    boolean complete =
        state.status() == TransactionStatus.COMPLETE_COMMIT
            || state.status() == TransactionStatus.COMPLETE_ABORT;
    return complete
        && state.status().isCommit() == request.commit()
        && (!request.bumpsEpoch() || isRepeated(state, request));
  }

  private static boolean isRepeated(TransactionState state, EndRequested request) {
    return request.bumpsEpoch() && state.isPrevious(request.producer());
  }

  /** The end of a transaction that never began. */
  private static ErrorCode refusalOfNothing(EndRequested request) {
    return request.bumpsEpoch() && !request.commit() ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE;
  }

  /** Who wants to commit what was aborted meanwhile has been overtaken by the time-out. */
  private static ErrorCode otherOutcome(EndRequested request) {
    return request.bumpsEpoch() && request.commit()
        ? ErrorCode.PRODUCER_FENCED
        : ErrorCode.INVALID_TXN_STATE;
  }

  private static ErrorCode notRightful(TransactionState state, Producer producer) {
    return producer.id() == state.producer().id() || producer.id() == state.previousProducerId()
        ? ErrorCode.PRODUCER_FENCED
        : ErrorCode.INVALID_PRODUCER_ID_MAPPING;
  }
}
