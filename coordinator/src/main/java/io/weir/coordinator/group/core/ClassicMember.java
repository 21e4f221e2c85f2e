package io.weir.coordinator.group.core;

import java.util.List;

/**
 * What a member of a consumer group that speaks the classic protocol has joined with. Immutable.
 *
 * @param sessionTimeoutMs how long it may be silent
 * @param protocols in the member's order of preference, at least one
 */
public record ClassicMember(int sessionTimeoutMs, List<MemberProtocol> protocols) {
  public ClassicMember {
    protocols = List.copyOf(protocols);
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("a member of the classic protocol knows some protocol");
    }
  }

  /** The way of assigning that it is told to take part in. */
  MemberProtocol preferred() {
    return protocols.getFirst();
  }

  boolean knows(String protocolName) {
    return protocols.stream().anyMatch(protocol -> protocol.name().equals(protocolName));
  }

  int estimatedBytes() {
    int bytes = 0;
    for (MemberProtocol protocol : protocols) {
      bytes += protocol.name().length() + protocol.metadata().remaining();
    }
    return bytes;
  }
}
