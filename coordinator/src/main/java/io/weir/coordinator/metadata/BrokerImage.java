package io.weir.coordinator.metadata;

import io.weir.protocol.model.HostAndPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live node. Immutable.
 *
 * @param brokerEpoch number of this registration; grows with each registration in the cluster
 * @param internal where other nodes reach it
 */
public record BrokerImage(
    int id,
    long brokerEpoch,
    List<EndPoint> endPoints,
    HostAndPort internal,
    @Nullable String rack) {
  public BrokerImage {
    endPoints = List.copyOf(endPoints);
  }
}
