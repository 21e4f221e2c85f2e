package io.weir.protocol.model;

import java.util.UUID;

/**
 * A partition by the id of its topic: unlike {@link TopicPartition}, it tells a topic from a later
 * one of the same name. Immutable.
 *
 * @param partition index within the topic, from 0
 */
public record TopicIdPartition(UUID topicId, int partition) {
  @Override
  public String toString() {
    return topicId + "-" + partition;
  }
}
