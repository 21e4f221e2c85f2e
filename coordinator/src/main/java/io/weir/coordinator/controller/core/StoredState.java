package io.weir.coordinator.controller.core;

import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.metadata.TopicImage;
import java.util.List;
import java.util.Map;

/**
 * What a new controller finds. Immutable.
 *
 * @param controllerEpoch of the new controller's term
 * @param registered nodes that hold a registration, by id
 * @param known what the last controller reckoned with, by node id
 * @param nextProducerId first producer id not given out
 */
public record StoredState(
    int controllerEpoch,
    String clusterId,
    Map<Integer, RegisteredNode> registered,
    Map<Integer, KnownNode> known,
    List<TopicImage> topics,
    long nextProducerId) {
  public StoredState {
    registered = Map.copyOf(registered);
    known = Map.copyOf(known);
    topics = List.copyOf(topics);
  }
}
