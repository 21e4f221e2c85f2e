package io.weir.broker.handler;

import io.weir.coordinator.group.GroupClient;
import io.weir.coordinator.group.GroupCoordinator;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.ConsumerGroupDescribeRequest;
import io.weir.protocol.message.ConsumerGroupHeartbeatRequest;
import io.weir.protocol.message.DeleteGroupsRequest;
import io.weir.protocol.message.DescribeGroupsRequest;
import io.weir.protocol.message.HeartbeatRequest;
import io.weir.protocol.message.JoinGroupRequest;
import io.weir.protocol.message.LeaveGroupRequest;
import io.weir.protocol.message.ListGroupsRequest;
import io.weir.protocol.message.OffsetCommitRequest;
import io.weir.protocol.message.OffsetFetchRequest;
import io.weir.protocol.message.SyncGroupRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * The APIs of groups, which are nothing but questions to the group coordinator: JoinGroup 0 to 9,
 * SyncGroup 0 to 5, Heartbeat 0 to 4, LeaveGroup 0 to 5, OffsetCommit 0 to 10, OffsetFetch 0 to 10,
 * ListGroups 0 to 5, DescribeGroups 0 to 6, DeleteGroups 0 to 3, ConsumerGroupHeartbeat 0 to 1,
 * ConsumerGroupDescribe 0 to 1.
 */
public final class GroupHandlers {
  private GroupHandlers() {}

  /** Adds all of them. */
  public static void addTo(ApiRegistry.Builder registry, GroupCoordinator groups) {
    registry
        .serve(
            ApiKey.JOIN_GROUP,
            JoinGroupRequest.class,
            asking((request, context) -> groups.join(request, context.version(), client(context))))
        .serve(
            ApiKey.SYNC_GROUP,
            SyncGroupRequest.class,
            asking((request, context) -> groups.sync(request)))
        .serve(
            ApiKey.HEARTBEAT,
            HeartbeatRequest.class,
            asking((request, context) -> groups.heartbeat(request)))
        .serve(
            ApiKey.LEAVE_GROUP,
            LeaveGroupRequest.class,
            asking((request, context) -> groups.leave(request, context.version())))
        .serve(
            ApiKey.OFFSET_COMMIT,
            OffsetCommitRequest.class,
            asking((request, context) -> groups.commit(request, context.version())))
        .serve(
            ApiKey.OFFSET_FETCH,
            OffsetFetchRequest.class,
            asking((request, context) -> groups.fetchOffsets(request, context.version())))
        .serve(
            ApiKey.LIST_GROUPS,
            ListGroupsRequest.class,
            asking((request, context) -> groups.list(request)))
        .serve(
            ApiKey.DESCRIBE_GROUPS,
            DescribeGroupsRequest.class,
            asking((request, context) -> groups.describe(request, context.version())))
        .serve(
            ApiKey.DELETE_GROUPS,
            DeleteGroupsRequest.class,
            asking((request, context) -> groups.delete(request)))
        .serve(
            ApiKey.CONSUMER_GROUP_HEARTBEAT,
            ConsumerGroupHeartbeatRequest.class,
            asking((request, context) ->
                groups.consumerHeartbeat(request, context.version(), client(context))))
        .serve(
            ApiKey.CONSUMER_GROUP_DESCRIBE,
            ConsumerGroupDescribeRequest.class,
            asking((request, context) -> groups.describeConsumers(request)));
  }

  private static <Q extends ApiRequest, R extends ApiResponse> ApiHandler<Q> asking(
      BiFunction<Q, RequestContext, CompletableFuture<R>> question) {
    return (request, context) -> context.answerWhenDone(request, question.apply(request, context));
  }

  private static GroupClient client(RequestContext context) {
    return new GroupClient(context.clientId(), "/" + context.clientAddress().getHostAddress());
  }
}
