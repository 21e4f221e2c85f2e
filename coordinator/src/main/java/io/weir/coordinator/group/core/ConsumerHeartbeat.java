package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of the consumer protocol is heard of. What has not changed since it was last heard of
 * may be null. Immutable.
 *
 * @param epoch 0 to join, -1 to leave, -2 to leave and come back under the instance id
 * @param rebalanceTimeoutMs -1 when it has not changed
 * @param pattern of topics; empty for none any more
 * @param owned the partitions that the member holds
 */
public record ConsumerHeartbeat(
    String memberId,
    int epoch,
    @Nullable String instanceId,
    @Nullable String rackId,
    String clientId,
    String clientHost,
    int rebalanceTimeoutMs,
    @Nullable List<String> topics,
    @Nullable String pattern,
    @Nullable String assignor,
    @Nullable Set<TopicIdPartition> owned) {

  boolean joins() {
    return epoch == CurrentAssignment.JOINING;
  }

  boolean leaves() {
    return epoch < 0;
  }

  /** Whether it says all, as after an error: then the answer says all as well. */
  boolean isFull() {
    return rebalanceTimeoutMs >= 0 && (topics != null || pattern != null) && owned != null;
  }

  ConsumerHeartbeat as(String id) {
    return new ConsumerHeartbeat(
        id,
        epoch,
        instanceId,
        rackId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        topics,
        pattern,
        assignor,
        owned);
  }
}
