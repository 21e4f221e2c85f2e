package io.weir.coordinator.controller;

import io.weir.protocol.model.HostAndPort;
import java.util.UUID;

/** A node that stands for controller. Immutable. */
public record Candidate(int nodeId, UUID incarnation, HostAndPort endpoint) {}
