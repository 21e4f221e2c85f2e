package io.weir.broker.metrics;

import io.weir.protocol.model.TopicPartition;

/**
 * Where a group stands in a partition. Immutable.
 *
 * @param offset of the next record that it will consume
 */
public record Position(TopicPartition partition, long offset) {}
