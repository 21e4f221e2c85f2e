package io.weir.coordinator.controller.core;

import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.protocol.model.TopicIdPartition;
import java.util.Set;

/**
 * A node's registration. Immutable.
 *
 * @param brokerEpoch number of the registration; a later one has a higher number
 */
public record RegisteredNode(NodeRegistration registration, long brokerEpoch) {
  BrokerImage image(Set<TopicIdPartition> offlineReplicas) {
    return new BrokerImage(
        registration.nodeId(),
        brokerEpoch,
        registration.endPoints(),
        registration.internal(),
        registration.rack(),
        offlineReplicas);
  }
}
