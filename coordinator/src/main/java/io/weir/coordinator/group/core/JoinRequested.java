package io.weir.coordinator.group.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client wants to be a member of the next generation. Immutable.
 *
 * @param memberId empty when the client has none yet
 * @param instanceId static membership; null for a dynamic member
 * @param protocols in the member's order of preference
 * @param takesMemberIdFirst the client knows MEMBER_ID_REQUIRED (KIP-394)
 * @param knowsSkipAssignment a returning static leader can be told to assign nothing (KIP-814)
 */
public record JoinRequested(
    String memberId,
    @Nullable String instanceId,
    String clientId,
    String clientHost,
    int sessionTimeoutMs,
    int rebalanceTimeoutMs,
    String protocolType,
    List<MemberProtocol> protocols,
    boolean takesMemberIdFirst,
    boolean knowsSkipAssignment) {

  public JoinRequested {
    protocols = List.copyOf(protocols);
  }

  /** The same, by a member that has got this id. */
  JoinRequested as(String id) {
    return new JoinRequested(
        id,
        instanceId,
        clientId,
        clientHost,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocolType,
        protocols,
        takesMemberIdFirst,
        knowsSkipAssignment);
  }
}
