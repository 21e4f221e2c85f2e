package io.weir.coordinator.controller;

import io.weir.protocol.model.HostAndPort;
import java.util.UUID;

/**
 * Who is controller, and where. Immutable.
 *
 * @param epoch number of the term, from 1
 * @param incarnation of the node's process
 * @param endpoint its internal endpoint
 */
public record ControllerAddress(int epoch, int nodeId, UUID incarnation, HostAndPort endpoint) {}
