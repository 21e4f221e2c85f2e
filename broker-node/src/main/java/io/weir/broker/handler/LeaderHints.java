package io.weir.broker.handler;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Collects the leaders that an answer names, with their addresses, so that clients need not ask for
 * metadata first (KIP-951). Confined to the call that makes the answer.
 */
final class LeaderHints {
  private final MetadataImage image;
  private final String listenerName;
  private final Set<Integer> leaders = new TreeSet<>();

  LeaderHints(MetadataImage image, String listenerName) {
    this.image = image;
    this.listenerName = listenerName;
  }

  /** Whether an answer with this error names the leader. */
  static boolean belongTo(ErrorCode error) {
    return error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH;
  }

  /** The answer names this node as a leader. */
  void add(int leaderId) {
    if (leaderId >= 0) {
      leaders.add(leaderId);
    }
  }

  /** Something for each leader that was named and can be reached. */
  <T> List<T> endpoints(BiFunction<BrokerImage, EndPoint, T> make) {
    if (leaders.isEmpty()) {
      return List.of();
    }
    List<T> endpoints = new ArrayList<>(leaders.size());
    for (int leader : leaders) {
      BrokerImage broker = image.brokers().get(leader);
      EndPoint at = Addresses.of(broker, listenerName);
      if (broker != null && at != null) {
        endpoints.add(make.apply(broker, at));
      }
    }
    return endpoints;
  }
}
