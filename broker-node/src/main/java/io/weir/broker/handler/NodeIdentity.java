package io.weir.broker.handler;

/** Who this node is. Immutable. */
public record NodeIdentity(int nodeId, String clusterId) {}
