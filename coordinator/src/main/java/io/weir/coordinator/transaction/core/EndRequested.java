package io.weir.coordinator.transaction.core;

/**
 * A producer ends its transaction. Immutable.
 *
 * @param bumpsEpoch whether it goes on with another epoch (transactions of version 2)
 */
public record EndRequested(Producer producer, boolean commit, boolean bumpsEpoch) {}
