package io.weir.broker;

import io.weir.broker.metrics.GroupStatistics;
import io.weir.broker.metrics.GroupStatisticsSource;
import io.weir.broker.metrics.Position;
import io.weir.coordinator.group.GroupCoordinator;
import io.weir.protocol.message.DescribeGroupsRequest;
import io.weir.protocol.message.DescribeGroupsResponse;
import io.weir.protocol.message.ListGroupsRequest;
import io.weir.protocol.message.ListGroupsResponse;
import io.weir.protocol.message.OffsetFetchRequest;
import io.weir.protocol.message.OffsetFetchResponse;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The groups of this node, asked for as a client would ask for them. Thread-safe. */
final class ListedGroups implements GroupStatisticsSource {
  private static final int DESCRIBE_VERSION = DescribeGroupsRequest.MAX_VERSION;

  /** The newest one that names topics rather than giving their ids. */
  private static final int FETCH_VERSION = 9;

  private final GroupCoordinator groups;

  ListedGroups(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public CompletableFuture<List<GroupStatistics>> statistics() {
    return groups
        .list(ListGroupsRequest.builder().build())
        .thenCompose(listed -> statistics(listed.groups()));
  }

  private CompletableFuture<List<GroupStatistics>> statistics(
      List<ListGroupsResponse.Group> listed) {
    List<String> ids = listed.stream().map(ListGroupsResponse.Group::groupId).toList();
    CompletableFuture<DescribeGroupsResponse> described =
        groups.describe(DescribeGroupsRequest.builder().groups(ids).build(), DESCRIBE_VERSION);
    CompletableFuture<OffsetFetchResponse> fetched =
        groups.fetchOffsets(
            OffsetFetchRequest.builder()
                .groups(ids.stream().map(ListedGroups::all).toList())
                .build(),
            FETCH_VERSION);
    return described.thenCombine(fetched, (members, offsets) -> combine(listed, members, offsets));
  }

  private static OffsetFetchRequest.Group all(String groupId) {
    return OffsetFetchRequest.Group.builder().groupId(groupId).topics(null).build();
  }

  /** The answers are in the order of the questions. */
  private static List<GroupStatistics> combine(
      List<ListGroupsResponse.Group> listed,
      DescribeGroupsResponse described,
      OffsetFetchResponse fetched) {
    List<GroupStatistics> statistics = new ArrayList<>(listed.size());
    for (int i = 0; i < listed.size(); i++) {
      ListGroupsResponse.Group group = listed.get(i);
      statistics.add(
          new GroupStatistics(
              group.groupId(),
              group.groupType(),
              group.groupState(),
              described.groups().get(i).members().size(),
              List.of(),
              positions(fetched.groups().get(i))));
    }
    return statistics;
  }

  private static List<Position> positions(OffsetFetchResponse.Group group) {
    return group.topics().stream()
        .flatMap(topic ->
            topic.partitions().stream()
                .map(partition ->
                    new Position(
                        new TopicPartition(topic.name(), partition.partitionIndex()),
                        partition.committedOffset())))
        .toList();
  }
}
