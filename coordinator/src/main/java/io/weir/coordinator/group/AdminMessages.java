package io.weir.coordinator.group;

import io.weir.coordinator.group.core.GroupDescription;
import io.weir.coordinator.group.core.GroupListing;
import io.weir.protocol.message.DeleteGroupsResponse;
import io.weir.protocol.message.DescribeGroupsResponse;
import io.weir.protocol.message.ListGroupsRequest;
import io.weir.protocol.message.ListGroupsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Between ListGroups, DescribeGroups and DeleteGroups on the wire and the core. Stateless. */
final class AdminMessages {
  private static final int ABSENT_IS_AN_ERROR = 6;
  private static final String DEAD = "Dead";

  private AdminMessages() {}

  /** Whether the group passes the filters; without regard to case, as the field does. */
  static boolean isWanted(ListGroupsRequest request, GroupListing listing) {
    return contains(request.statesFilter(), listing.state())
        && contains(request.typesFilter(), listing.type());
  }

  private static boolean contains(List<String> filter, String value) {
    return filter.isEmpty()
        || filter.stream()
            .anyMatch(
                wanted -> wanted.toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT)));
  }

  static ListGroupsResponse.Group write(GroupListing listing) {
    return ListGroupsResponse.Group.builder()
        .groupId(listing.groupId())
        .protocolType(listing.protocolType())
        .groupState(listing.state())
        .groupType(listing.type())
        .build();
  }

  static DescribeGroupsResponse.Group refused(String groupId, ErrorCode error) {
    return DescribeGroupsResponse.Group.builder().groupId(groupId).errorCode(error).build();
  }

  /**
   * The answer about one group.
   *
   * @param description null when there is no such group
   */
  static DescribeGroupsResponse.Group write(
      String groupId, @Nullable GroupDescription description, int version) {
    if (description == null || description.state().equals(DEAD)) {
      boolean isError = version >= ABSENT_IS_AN_ERROR;
      return DescribeGroupsResponse.Group.builder()
          .groupId(groupId)
          .groupState(DEAD)
          .errorCode(isError ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NONE)
          .errorMessage(isError ? "Group " + groupId + " not found." : null)
          .build();
    }
    List<DescribeGroupsResponse.Member> members =
        description.members().stream()
            .map(member ->
                DescribeGroupsResponse.Member.builder()
                    .memberId(member.memberId())
                    .groupInstanceId(member.instanceId())
                    .clientId(member.clientId())
                    .clientHost(member.clientHost())
                    .memberMetadata(member.metadata())
                    .memberAssignment(member.assignment())
                    .build())
            .toList();
    return DescribeGroupsResponse.Group.builder()
        .groupId(groupId)
        .groupState(description.state())
        .protocolType(description.protocolType())
        .protocolData(description.protocolName())
        .members(members)
        .build();
  }

  static DeleteGroupsResponse.Result deleted(String groupId, ErrorCode error) {
    return DeleteGroupsResponse.Result.builder().groupId(groupId).errorCode(error).build();
  }
}
