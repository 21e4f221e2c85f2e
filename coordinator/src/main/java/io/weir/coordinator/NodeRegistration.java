package io.weir.coordinator;

import io.weir.coordinator.metadata.EndPoint;
import io.weir.protocol.model.HostAndPort;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself. Immutable.
 *
 * @param nodeId 0 or more
 * @param storageId of its log directory, made once with it: another one under the same node id
 *     means another machine, or a disk that lost its content
 * @param incarnation new with each start of the process
 * @param endPoints where clients reach it, at least one
 * @param internal where other nodes reach it; its server must answer there already
 */
public record NodeRegistration(
    int nodeId,
    UUID storageId,
    UUID incarnation,
    List<EndPoint> endPoints,
    HostAndPort internal,
    @Nullable String rack) {
  public NodeRegistration {
    endPoints = List.copyOf(endPoints);
    if (nodeId < 0) {
      throw new IllegalArgumentException("node id " + nodeId + " is negative");
    }
    if (endPoints.isEmpty()) {
      throw new IllegalArgumentException("a node without an endpoint for clients");
    }
  }
}
