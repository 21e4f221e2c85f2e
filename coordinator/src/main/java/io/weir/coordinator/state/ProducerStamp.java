package io.weir.coordinator.state;

/**
 * The producer whose transaction a batch is part of. Immutable.
 *
 * @param guard what the partition gave when the transaction was verified; 0 for none
 */
public record ProducerStamp(long producerId, short producerEpoch, long guard) {}
