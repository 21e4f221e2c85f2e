package io.weir.coordinator.state;

/**
 * The time of an event. Immutable.
 *
 * @param monotonicMs for durations: never goes back, means nothing to another process
 * @param wallMs for what outlives the process: milliseconds since 1970, may jump either way
 */
public record Now(long monotonicMs, long wallMs) {}
