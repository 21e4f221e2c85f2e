package io.weir.coordinator.controller;

import java.util.UUID;

/** The registrations of nodes. */
@FunctionalInterface
public interface Registrations {
  /** Removes what a dead process left, unless a later one has replaced it. May block. */
  void remove(int nodeId, UUID incarnation);
}
