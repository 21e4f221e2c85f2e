package io.weir.coordinator.transaction.core;

import io.weir.protocol.model.TopicPartition;
import java.util.List;

/**
 * Partitions to add to a transaction. Immutable.
 *
 * @param clientVersion version of transactions that the producer uses
 */
public record AddRequested(Producer producer, List<TopicPartition> partitions, int clientVersion) {
  public AddRequested {
    partitions = List.copyOf(partitions);
  }
}
