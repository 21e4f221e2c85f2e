package io.weir.coordinator.group.core;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as it is shown to people. Immutable.
 *
 * @param state the field's name for it: Empty, PreparingRebalance, CompletingRebalance, Stable,
 *     Dead
 * @param protocolName empty unless Stable
 */
public record GroupDescription(
    String groupId, String state, String protocolType, String protocolName, List<Member> members) {

  public GroupDescription {
    members = List.copyOf(members);
  }

  /** Metadata and assignment are empty unless the group is Stable. Immutable. */
  public record Member(
      String memberId,
      @Nullable String instanceId,
      String clientId,
      String clientHost,
      ByteBuffer metadata,
      ByteBuffer assignment) {}
}
