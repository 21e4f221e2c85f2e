package io.weir.protocol.model;

/**
 * A partition by the name of its topic. Immutable.
 *
 * @param partition index within the topic, from 0
 */
public record TopicPartition(String topic, int partition) {
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
