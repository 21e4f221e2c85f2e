package io.weir.coordinator.group;

import io.weir.coordinator.group.core.MemberRef;
import io.weir.protocol.message.LeaveGroupRequest;
import io.weir.protocol.message.LeaveGroupResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Between LeaveGroup on the wire and the core. Stateless. */
final class LeaveMessages {
  private static final int MANY_MEMBERS = 3;

  private LeaveMessages() {}

  static List<MemberRef> read(LeaveGroupRequest request, int version) {
    if (version < MANY_MEMBERS) {
      return List.of(new MemberRef(request.memberId(), null));
    }
    return request.members().stream()
        .map(member -> new MemberRef(member.memberId(), member.groupInstanceId()))
        .toList();
  }

  /** What is said of all members alike is said at the top, for older versions and newer ones. */
  static LeaveGroupResponse refused(ErrorCode error) {
    return LeaveGroupResponse.builder().errorCode(error).build();
  }

  /**
   * The answer about each member.
   *
   * @param errors in the order of {@link #read}
   */
  static LeaveGroupResponse write(List<MemberRef> members, List<ErrorCode> errors, int version) {
    if (version < MANY_MEMBERS) {
      return refused(errors.getFirst());
    }
    List<LeaveGroupResponse.Member> results = new ArrayList<>(members.size());
    for (int i = 0; i < members.size(); i++) {
      results.add(
          LeaveGroupResponse.Member.builder()
              .memberId(members.get(i).memberId())
              .groupInstanceId(members.get(i).instanceId())
              .errorCode(errors.get(i))
              .build());
    }
    return LeaveGroupResponse.builder().members(results).build();
  }
}
