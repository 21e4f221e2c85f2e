package io.weir.coordinator.group.core;

/** A line of the list of groups. Immutable. */
public record GroupListing(String groupId, String protocolType, String state, String type) {}
