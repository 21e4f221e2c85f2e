package io.weir.coordinator.controller;

import io.weir.protocol.model.HostAndPort;
import java.util.function.Consumer;

/** Finds out whether anybody listens at an address. */
@FunctionalInterface
public interface PortProbe {
  /**
   * Knocks, without blocking the caller.
   *
   * @param answer called once, on any thread, within a second: true when the connection was
   *     refused, so nobody listens there; false when somebody does, or it cannot be told
   */
  void probe(HostAndPort address, Consumer<Boolean> answer);
}
