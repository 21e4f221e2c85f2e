package io.weir.coordinator.group.core;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group's generation as its record keeps it. Immutable.
 *
 * @param protocolType "consumer", "connect" and so on; empty when no member ever joined
 * @param protocolName the assignor that was elected; null without members
 * @param leaderId null without members
 * @param stateTimestampMs wall clock of the last change of state; -1 unknown
 */
public record GroupSnapshot(
    String protocolType,
    int generationId,
    @Nullable String protocolName,
    @Nullable String leaderId,
    long stateTimestampMs,
    List<Member> members) {

  public GroupSnapshot {
    members = List.copyOf(members);
  }

  /**
   * A member of the generation. Immutable.
   *
   * @param subscription the member's metadata for the elected protocol; read-only
   * @param assignment what the leader gave it; read-only
   */
  public record Member(
      String memberId,
      @Nullable String instanceId,
      String clientId,
      String clientHost,
      int rebalanceTimeoutMs,
      int sessionTimeoutMs,
      ByteBuffer subscription,
      ByteBuffer assignment) {}
}
