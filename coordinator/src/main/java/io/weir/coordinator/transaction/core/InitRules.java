package io.weir.coordinator.transaction.core;

import org.jspecify.annotations.Nullable;

/** What follows from an InitProducerId. Stateless. */
final class InitRules {
  enum Step {
    /** The id is new: it gets a producer id. */
    CREATE,
    /** The next epoch. */
    BUMP,
    /** The epochs are used up: a new producer id. */
    RENEW,
    /** The request was carried out before: the same answer. */
    KEEP,
    /** The open transaction is aborted first. */
    FENCE_OPEN,
    REFUSE_FENCED,
    REFUSE_CONCURRENT
  }

  private InitRules() {}

  static Step judge(@Nullable TransactionState state, boolean busy, Producer expected) {
    if (state == null) {
      return busy ? Step.REFUSE_CONCURRENT : Step.CREATE;
    }
    boolean repeated = state.isPrevious(expected);
    if (!expected.isNone() && !repeated && !state.isCurrent(expected)) {
      return Step.REFUSE_FENCED;
    }
    if (busy) {
      return Step.REFUSE_CONCURRENT;
    }
    return switch (state.status()) {
      case ONGOING -> Step.FENCE_OPEN;
      case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> {
        if (repeated) {
          yield Step.KEEP;
        }
        yield state.producer().isExhausted() ? Step.RENEW : Step.BUMP;
      }
      case PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> Step.REFUSE_CONCURRENT;
    };
  }
}
