package io.weir.coordinator.group.core;

import java.nio.ByteBuffer;
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
 * @param classic what it joined with under the classic protocol; null when it speaks the new one
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
    @Nullable Classic classic) {

  public ConsumerMember {
    topics = List.copyOf(new TreeSet<>(topics));
  }

  /** What a member of the classic protocol joined with. Immutable. */
  public record Classic(int sessionTimeoutMs, List<MemberProtocol> protocols) {
    public Classic {
      protocols = List.copyOf(protocols);
    }
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
    if (classic != null) {
      for (MemberProtocol protocol : classic.protocols()) {
        ByteBuffer metadata = protocol.metadata();
        bytes += protocol.name().length() + metadata.remaining();
      }
    }
    return bytes;
  }
}
