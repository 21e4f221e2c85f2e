package io.weir.coordinator.transaction.core;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transactional id: what is committed, and what is under way. Confined to the shard.
 *
 * <p>Invariant: while a transition is under way nothing else changes the state.
 */
final class TransactionalId {
  private final String name;

  /** As the committed log has it; null before the first record and after the tombstone. */
  @Nullable TransactionState state;

  /** Where the transition under way leads to; null when there is none. */
  @Nullable TransactionStatus pending;

  /** Markers of the prepared state that are not in place. */
  final Set<MarkerOrder> markers = new LinkedHashSet<>();

  TransactionalId(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isBusy() {
    return pending != null;
  }

  boolean isBlank() {
    return state == null && pending == null;
  }

  TransactionState committed() {
    if (state == null) {
      throw new IllegalStateException("nothing is committed for " + name);
    }
    return state;
  }
}
