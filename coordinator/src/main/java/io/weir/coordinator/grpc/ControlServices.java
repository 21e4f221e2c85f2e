package io.weir.coordinator.grpc;

import io.grpc.ServerServiceDefinition;
import java.util.List;

/** The services that a node's internal gRPC server must offer for coordination. Immutable. */
public record ControlServices(List<ServerServiceDefinition> definitions) {
  public ControlServices {
    definitions = List.copyOf(definitions);
  }
}
