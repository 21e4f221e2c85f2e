package io.weir.coordinator.transaction.core;

/**
 * A producer wants an id and an epoch. Immutable.
 *
 * @param expected what it had, to go on with; NONE for a new instance
 */
public record InitRequested(Producer expected, int timeoutMs) {}
