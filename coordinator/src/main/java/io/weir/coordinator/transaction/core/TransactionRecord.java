package io.weir.coordinator.transaction.core;

import org.jspecify.annotations.Nullable;

/**
 * What a record of {@code __transaction_state} says. Immutable.
 *
 * @param state null when the id is forgotten
 */
public record TransactionRecord(String transactionalId, @Nullable TransactionState state) {}
