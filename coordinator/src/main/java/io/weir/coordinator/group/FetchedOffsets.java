package io.weir.coordinator.group;

import io.weir.coordinator.group.core.CommittedOffset;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.Map;
import java.util.Set;

/**
 * Offsets of one group, or why they cannot be told. Immutable.
 *
 * @param offsets only those that exist
 * @param unstable partitions whose offset must not be told, since a transaction may change it
 */
record FetchedOffsets(
    ErrorCode errorCode,
    Map<TopicPartition, CommittedOffset> offsets,
    Set<TopicPartition> unstable) {
  static FetchedOffsets refused(ErrorCode error) {
    return new FetchedOffsets(error, Map.of(), Set.of());
  }
}
