package io.weir.coordinator.transaction.core;

/** A transactional id as ListTransactions shows it. Immutable. */
public record TransactionListing(
    String transactionalId, long producerId, TransactionStatus status) {}
