package io.weir.coordinator.group;

import io.weir.coordinator.group.core.CommittedOffset;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.Map;

/**
 * Offsets of one group, or why they cannot be told. Immutable.
 *
 * @param offsets only those that exist
 */
record FetchedOffsets(ErrorCode errorCode, Map<TopicPartition, CommittedOffset> offsets) {
  static FetchedOffsets refused(ErrorCode error) {
    return new FetchedOffsets(error, Map.of());
  }
}
