package io.weir.broker.transaction;

import io.weir.coordinator.transaction.TransactionMarker;
import io.weir.protocol.model.TopicPartition;

/** How a transaction ends in one partition. Immutable. */
public record PartitionMarker(TransactionMarker marker, TopicPartition partition) {}
