package io.weir.coordinator.group.core;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group of the consumer protocol, as it describes itself. Immutable.
 *
 * @param instanceId static membership; null for a dynamic member
 * @param rackId null when it is not known
 * @param rebalanceTimeoutMs how long it may take to give partitions up
 * @param topics names, sorted and each once
 * @param pattern of further topics; null for none
 * @param assignor the one that it asks for; null for the coordinator's choice
 * @param classic what it has joined with in the classic protocol; null when it speaks the consumer
 *     protocol
 */
public record ConsumerMember(
    @Nullable String instanceId,
    @Nullable String rackId,
    String clientId,
    String clientHost,
    int rebalanceTimeoutMs,
    List<String> topics,
    @Nullable String pattern,
    @Nullable String assignor,
    @Nullable ClassicMember classic) {

  public ConsumerMember {
    topics = List.copyOf(new TreeSet<>(topics));
  }

  /** Whether a group with this member in the place of the other shares partitions as before. */
  boolean wantsTheSameAs(ConsumerMember other) {
    return topics.equals(other.topics)
        && Objects.equals(pattern, other.pattern)
        && Objects.equals(assignor, other.assignor)
        && Objects.equals(rackId, other.rackId);
  }

  int estimatedBytes() {
    int bytes = clientId.length() + clientHost.length();
    for (String topic : topics) {
      bytes += topic.length();
    }
    return classic == null ? bytes : bytes + classic.estimatedBytes();
  }
}
