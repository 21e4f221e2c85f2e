package io.weir.coordinator.group.core;

/**
 * The transaction that offsets are part of. Immutable.
 *
 * @param guard what the partition gave when the transaction was verified; 0 for none
 */
public record OffsetTransaction(long producerId, short producerEpoch, long guard) {}
