package io.weir.coordinator.metadata;

import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A live node. Immutable.
 *
 * @param brokerEpoch number of this registration; grows with each registration in the cluster
 * @param internal where other nodes reach it
 * @param offlineReplicas those of its replicas that cannot serve because of their disk
 */
public record BrokerImage(
    int id,
    long brokerEpoch,
    List<EndPoint> endPoints,
    HostAndPort internal,
    @Nullable String rack,
    Set<TopicIdPartition> offlineReplicas) {
  public BrokerImage {
    endPoints = List.copyOf(endPoints);
    offlineReplicas = Set.copyOf(offlineReplicas);
  }

  /** A node whose replicas all can serve. */
  public BrokerImage(
      int id,
      long brokerEpoch,
      List<EndPoint> endPoints,
      HostAndPort internal,
      @Nullable String rack) {
    this(id, brokerEpoch, endPoints, internal, rack, Set.of());
  }
}
