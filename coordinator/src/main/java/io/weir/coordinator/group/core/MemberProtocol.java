package io.weir.coordinator.group.core;

import java.nio.ByteBuffer;

/**
 * A way of assigning that a member can take part in. Immutable.
 *
 * @param metadata the member's subscription in this protocol's terms; read-only, at position 0
 */
public record MemberProtocol(String name, ByteBuffer metadata) {}
