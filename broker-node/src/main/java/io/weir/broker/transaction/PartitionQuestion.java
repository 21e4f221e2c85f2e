package io.weir.broker.transaction;

import io.weir.protocol.model.TopicPartition;

/**
 * Whether a partition is in a producer's open transaction. Immutable.
 *
 * @param add take it in if it is not
 */
public record PartitionQuestion(
    String transactionalId,
    long producerId,
    short producerEpoch,
    TopicPartition partition,
    boolean add) {}
