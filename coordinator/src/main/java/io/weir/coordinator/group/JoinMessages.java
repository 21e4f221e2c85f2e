package io.weir.coordinator.group;

import io.weir.coordinator.group.core.JoinRequested;
import io.weir.coordinator.group.core.JoinResult;
import io.weir.coordinator.group.core.MemberProtocol;
import io.weir.coordinator.group.core.SyncRequested;
import io.weir.coordinator.group.core.SyncResult;
import io.weir.protocol.message.JoinGroupRequest;
import io.weir.protocol.message.JoinGroupResponse;
import io.weir.protocol.message.SyncGroupRequest;
import io.weir.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Between JoinGroup and SyncGroup on the wire and the core. Stateless. */
final class JoinMessages {
  private static final int MEMBER_ID_FIRST = 4;
  private static final int NULLABLE_PROTOCOL = 7;
  private static final int SKIP_ASSIGNMENT = 9;

  private JoinMessages() {}

  static JoinRequested read(JoinGroupRequest request, int version, GroupClient client) {
    List<MemberProtocol> protocols =
        request.protocols().stream()
            .map(protocol -> new MemberProtocol(protocol.name(), protocol.metadata()))
            .toList();
    return new JoinRequested(
        request.memberId(),
        request.groupInstanceId(),
        client.clientId(),
        client.clientHost(),
        request.sessionTimeoutMs(),
        request.rebalanceTimeoutMs() < 0
            ? request.sessionTimeoutMs()
            : request.rebalanceTimeoutMs(),
        request.protocolType(),
        protocols,
        version >= MEMBER_ID_FIRST,
        version >= SKIP_ASSIGNMENT);
  }

  static JoinGroupResponse write(JoinResult result, int version) {
    String protocolName = result.protocolName();
    List<JoinGroupResponse.Member> members =
        result.members().stream()
            .map(member ->
                JoinGroupResponse.Member.builder()
                    .memberId(member.memberId())
                    .groupInstanceId(member.instanceId())
                    .metadata(member.metadata())
                    .build())
            .toList();
    return JoinGroupResponse.builder()
        .errorCode(result.errorCode())
        .generationId(result.generationId())
        .protocolType(result.protocolType())
        .protocolName(protocolName == null && version < NULLABLE_PROTOCOL ? "" : protocolName)
        .leader(result.leaderId())
        .skipAssignment(result.skipAssignment())
        .memberId(result.memberId())
        .members(members)
        .build();
  }

  static SyncRequested read(SyncGroupRequest request) {
    Map<String, ByteBuffer> assignments = new HashMap<>();
    for (SyncGroupRequest.Assignment assignment : request.assignments()) {
      assignments.put(assignment.memberId(), assignment.assignment());
    }
    return new SyncRequested(
        request.memberId(),
        request.groupInstanceId(),
        request.generationId(),
        request.protocolType(),
        request.protocolName(),
        assignments);
  }

  static SyncGroupResponse write(SyncResult result) {
    return SyncGroupResponse.builder()
        .errorCode(result.errorCode())
        .protocolType(result.protocolType())
        .protocolName(result.protocolName())
        .assignment(result.assignment())
        .build();
  }
}
