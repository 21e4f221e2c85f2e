package io.weir.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.coordinator.group.core.GroupSettings;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.DeleteGroupsRequest;
import io.weir.protocol.message.DescribeGroupsRequest;
import io.weir.protocol.message.DescribeGroupsResponse;
import io.weir.protocol.message.HeartbeatRequest;
import io.weir.protocol.message.JoinGroupRequest;
import io.weir.protocol.message.JoinGroupResponse;
import io.weir.protocol.message.LeaveGroupRequest;
import io.weir.protocol.message.LeaveGroupResponse;
import io.weir.protocol.message.ListGroupsRequest;
import io.weir.protocol.message.ListGroupsResponse;
import io.weir.protocol.message.OffsetCommitRequest;
import io.weir.protocol.message.OffsetCommitResponse;
import io.weir.protocol.message.OffsetFetchRequest;
import io.weir.protocol.message.OffsetFetchResponse;
import io.weir.protocol.message.SyncGroupRequest;
import io.weir.protocol.message.SyncGroupResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests as they come from the wire, over a log in memory. */
class GroupCoordinatorTest {
  private static final GroupClient CLIENT = new GroupClient("app", "/10.0.0.1");
  private static final UUID ORDERS = new UUID(1, 2);

  private final ManualLoop loop = new ManualLoop();
  private final MemoryOffsets log = new MemoryOffsets(loop);
  private int ids;
  private final GroupCoordinator coordinator =
      new GroupCoordinator(
          log,
          new OneTopic(),
          () -> MetadataImage.EMPTY,
          GroupSettings.defaults(),
          loop,
          prefix -> prefix + "-" + ++ids);

  /** A cluster with the topic "orders", of four partitions. */
  private static final class OneTopic implements TopicNamesById {
    @Override
    public @Nullable String nameOf(UUID topicId) {
      return topicId.equals(ORDERS) ? "orders" : null;
    }

    @Override
    public @Nullable UUID idOf(String topic) {
      return topic.equals("orders") ? ORDERS : null;
    }

    @Override
    public int partitionsOf(String topic) {
      return topic.equals("orders") ? 4 : 0;
    }
  }

  @BeforeEach
  void lead() {
    loop.run(() -> coordinator.onLeading(0, 1));
  }

  // ---- offsets

  @Test
  void anOffsetGoesToTheLogAndBackInEveryVersion() {
    for (int version = 0; version <= 10; version++) {
      assertThat(commit(version, 100 + version, "words")).isEqualTo(ErrorCode.NONE);
      for (int fetchVersion = 0; fetchVersion <= 10; fetchVersion++) {
        assertThat(fetch(fetchVersion)).isEqualTo(100 + version);
        assertThat(fetchAll(fetchVersion)).isEqualTo(100 + version);
      }
    }
  }

  @Test
  void commitsOfOneRoundShareABatch() {
    List<CompletableFuture<OffsetCommitResponse>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(coordinator.commit(commitRequest(8, i, ""), 8));
    }
    loop.drain();
    assertThat(answers).allMatch(answer -> errorOf(answer) == ErrorCode.NONE);
    assertThat(log.batches()).isEqualTo(1);
    assertThat(log.recordsIn(0)).isEqualTo(10);
  }

  @Test
  void whatDoesNotFitIntoOneBatchGoesIntoSeveral() {
    for (int i = 0; i < 400; i++) {
      coordinator.commit(commitRequest(8, i, "x".repeat(4_096)), 8).isDone();
    }
    loop.drain();
    assertThat(log.batches()).isEqualTo(2);
    assertThat(fetch(8)).isEqualTo(399);
  }

  @Test
  void partitionsThatDoNotExistTakeNoOffsets() {
    OffsetCommitRequest request =
        OffsetCommitRequest.builder()
            .groupId("g")
            .topics(
                List.of(
                    commitTopic("nowhere", 0, 1),
                    commitTopic("orders", 4, 1),
                    commitTopic("orders", -1, 1),
                    commitTopic("orders", 3, 1)))
            .build();
    OffsetCommitResponse response = get(coordinator.commit(request, 8));
    assertThat(response.topics().stream().map(t -> t.partitions().getFirst().errorCode()))
        .containsExactly(
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.NONE);
  }

  @Test
  void topicIdsThatNobodyKnowsAreSaidToBeUnknown() {
    OffsetFetchRequest request =
        OffsetFetchRequest.builder()
            .groups(
                List.of(
                    OffsetFetchRequest.Group.builder()
                        .groupId("g")
                        .topics(
                            List.of(
                                OffsetFetchRequest.GroupTopic.builder()
                                    .topicId(new UUID(9, 9))
                                    .partitionIndexes(List.of(0))
                                    .build()))
                        .build()))
            .build();
    OffsetFetchResponse response = get(coordinator.fetchOffsets(request, 10));
    OffsetFetchResponse.GroupTopic topic = response.groups().getFirst().topics().getFirst();
    assertThat(topic.topicId()).isEqualTo(new UUID(9, 9));
    assertThat(topic.partitions().getFirst().errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
  }

  @Test
  void anUncommittedOffsetIsNotShown() {
    log.holdAppends();
    CompletableFuture<OffsetCommitResponse> commit = coordinator.commit(commitRequest(8, 7, ""), 8);
    loop.drain();
    assertThat(commit).isNotDone();
    assertThat(fetch(8)).isEqualTo(-1);
    log.commitNext();
    assertThat(errorOf(commit)).isEqualTo(ErrorCode.NONE);
    assertThat(fetch(8)).isEqualTo(7);
  }

  @Test
  void aWriteThatIsRefusedIsToldAndForgotten() {
    log.holdAppends();
    CompletableFuture<OffsetCommitResponse> commit = coordinator.commit(commitRequest(8, 7, ""), 8);
    loop.drain();
    log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(errorOf(commit)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(fetch(8)).isEqualTo(-1);
  }

  @Test
  void aClientDoesNotWaitLongerThanTheCommitTimeout() {
    log.holdAppends();
    CompletableFuture<OffsetCommitResponse> commit = coordinator.commit(commitRequest(8, 7, ""), 8);
    loop.pass(5_000);
    assertThat(errorOf(commit)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    log.commitNext();
    assertThat(fetch(8)).isEqualTo(7);
  }

  @Test
  void anAppendOfUnknownOutcomeMakesTheShardReadItsLogAgain() {
    log.holdAppends();
    CompletableFuture<OffsetCommitResponse> commit = coordinator.commit(commitRequest(8, 7, ""), 8);
    loop.drain();
    log.giveUpOnNext();
    assertThat(errorOf(commit)).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    assertThat(fetch(8)).isEqualTo(7);
  }

  // ---- leadership

  @Test
  void whoWaitsIsSentAwayWhenTheLeadershipEndsAndALateOutcomeChangesNothing() {
    JoinGroupResponse member = joinAlone();
    CompletableFuture<JoinGroupResponse> join = coordinator.join(joinRequest("", 3), 3, CLIENT);
    loop.drain();
    log.holdAppends();
    CompletableFuture<OffsetCommitResponse> commit =
        coordinator.commit(
            OffsetCommitRequest.builder()
                .groupId("g")
                .generationIdOrMemberEpoch(member.generationId())
                .memberId(member.memberId())
                .topics(List.of(commitTopic("orders", 0, 7)))
                .build(),
            8);
    loop.drain();
    loop.run(() -> coordinator.onResigned(0));
    assertThat(join.join().errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    assertThat(errorOf(commit)).isEqualTo(ErrorCode.NOT_COORDINATOR);
    assertThat(get(coordinator.heartbeat(heartbeat(member))).errorCode())
        .isEqualTo(ErrorCode.NOT_COORDINATOR);

    loop.run(() -> coordinator.onLeading(0, 3));
    log.refuseNext(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(fetch(8)).isEqualTo(-1);
    assertThat(get(coordinator.heartbeat(heartbeat(member))).errorCode()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void whileTheLogIsReadRequestsArePutOffButHeartbeatsAreLetPass() {
    JoinGroupResponse member = joinAlone();
    log.holdLoads();
    loop.run(() -> coordinator.onLeading(0, 2));
    assertThat(errorOf(coordinator.commit(commitRequest(8, 1, ""), 8)))
        .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    assertThat(get(coordinator.heartbeat(heartbeat(member))).errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(get(coordinator.list(ListGroupsRequest.builder().build())).errorCode())
        .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    log.finishLoads();
    assertThat(describe(5).groupState()).isEqualTo("Stable");
  }

  @Test
  void aReadingOfTheLogThatWasOvertakenByALaterLeadershipCountsForNothing() {
    log.holdLoads();
    loop.run(() -> coordinator.onLeading(0, 2));
    loop.run(() -> coordinator.onResigned(0));
    log.finishLoads();
    assertThat(describe(5).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
  }

  @Test
  void withoutTheTopicThereIsNoCoordinator() {
    log.count(0);
    assertThat(coordinator.partitionOf("g")).isEqualTo(-1);
    assertThat(describe(5).errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    log.count(50);
    assertThat(coordinator.partitionOf("a group"))
        .isEqualTo(("a group".hashCode() & 0x7fffffff) % 50);
    assertThat(describe(5).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
  }

  // ---- members

  @Test
  void aMembersLifeInEveryVersion() {
    for (int version = 0; version <= 9; version++) {
      JoinGroupResponse joined = join(version);
      assertWritable(joined, version);
      assertThat(joined.errorCode()).isEqualTo(ErrorCode.NONE);
      assertThat(joined.leader()).isEqualTo(joined.memberId());
      SyncGroupResponse synced =
          get(
              coordinator.sync(
                  SyncGroupRequest.builder()
                      .groupId("g")
                      .generationId(joined.generationId())
                      .memberId(joined.memberId())
                      .assignments(
                          List.of(
                              SyncGroupRequest.Assignment.builder()
                                  .memberId(joined.memberId())
                                  .assignment(bytes("all"))
                                  .build()))
                      .build()));
      assertThat(synced.assignment()).isEqualTo(bytes("all"));
      LeaveGroupResponse left = leave(joined.memberId(), Math.min(version, 5));
      assertWritable(left, Math.min(version, 5));
      assertThat(left.errorCode()).isEqualTo(ErrorCode.NONE);
      assertThat(describe(5).groupState()).isEqualTo("Empty");
    }
  }

  @Test
  void errorsCanBeWrittenInEveryVersion() {
    for (int version = 0; version <= 9; version++) {
      JoinGroupResponse refused =
          get(coordinator.join(joinRequest("unknown", version), version, CLIENT));
      assertThat(refused.errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
      assertWritable(refused, version);
    }
    loop.run(() -> coordinator.onResigned(0));
    for (int version = 0; version <= 10; version++) {
      OffsetFetchResponse response = get(coordinator.fetchOffsets(fetchRequest(version), version));
      assertWritable(response, version);
      OffsetCommitResponse commit = get(coordinator.commit(commitRequest(version, 1, ""), version));
      assertWritable(commit, version);
      assertThat(errorOf(CompletableFuture.completedFuture(commit)))
          .isEqualTo(ErrorCode.NOT_COORDINATOR);
    }
    LeaveGroupResponse left = leave("m", 1);
    assertThat(left.errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
  }

  @Test
  void aMemberWithoutAGroupsNameIsRefused() {
    JoinGroupRequest request =
        JoinGroupRequest.builder()
            .groupId("")
            .sessionTimeoutMs(10_000)
            .protocolType("consumer")
            .build();
    assertThat(get(coordinator.join(request, 5, CLIENT)).errorCode())
        .isEqualTo(ErrorCode.INVALID_GROUP_ID);
  }

  @Test
  void aNameThatNoRecordCanHoldIsRefusedAndTheShardGoesOn() {
    OffsetCommitRequest request =
        OffsetCommitRequest.builder()
            .groupId("g".repeat(40_000))
            .topics(List.of(commitTopic("orders", 0, 7)))
            .build();
    assertThat(errorOf(coordinator.commit(request, 8)))
        .isEqualTo(ErrorCode.INVALID_COMMIT_OFFSET_SIZE);
    assertThat(commit(8, 1, "")).isEqualTo(ErrorCode.NONE);
  }

  // ---- administration

  @Test
  void groupsAreListedByStateAndType() {
    commit(8, 1, "");
    assertThat(listed(List.of(), List.of())).containsExactly("g");
    assertThat(listed(List.of("empty"), List.of())).containsExactly("g");
    assertThat(listed(List.of("Stable"), List.of())).isEmpty();
    assertThat(listed(List.of(), List.of("Classic"))).containsExactly("g");
    assertThat(listed(List.of(), List.of("consumer"))).isEmpty();
  }

  @Test
  void aStableGroupIsDescribedWithItsMembers() {
    joinAlone();
    DescribeGroupsResponse.Group group = describe(5);
    assertThat(group.groupState()).isEqualTo("Stable");
    assertThat(group.protocolType()).isEqualTo("consumer");
    assertThat(group.protocolData()).isEqualTo("range");
    assertThat(group.members().getFirst().clientId()).isEqualTo("app");
    assertThat(group.members().getFirst().clientHost()).isEqualTo("/10.0.0.1");
    assertThat(group.members().getFirst().memberMetadata()).isEqualTo(bytes("topics"));
    assertThat(group.members().getFirst().memberAssignment()).isEqualTo(bytes("all"));
  }

  @Test
  void anAbsentGroupIsDeadOrAnErrorAsTheVersionHasIt() {
    assertThat(describe(5).groupState()).isEqualTo("Dead");
    assertThat(describe(5).errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(describe(6).errorCode()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    assertThat(describe(6).errorMessage()).isNotEmpty();
  }

  @Test
  void aGroupIsDeleted() {
    commit(8, 1, "");
    var results =
        get(
            coordinator.delete(
                DeleteGroupsRequest.builder().groupsNames(List.of("g", "absent")).build()));
    assertThat(results.results().stream().map(r -> r.errorCode()))
        .containsExactly(ErrorCode.NONE, ErrorCode.GROUP_ID_NOT_FOUND);
    loop.run(() -> coordinator.onLeading(0, 2));
    assertThat(fetch(8)).isEqualTo(-1);
  }

  @Test
  void offsetsOfADeletedTopicGoAlsoWhileTheLogIsRead() {
    commit(8, 1, "");
    log.holdLoads();
    loop.run(() -> coordinator.onLeading(0, 2));
    coordinator.onTopicsDeleted(List.of("orders"));
    loop.drain();
    log.finishLoads();
    loop.drain();
    assertThat(fetch(8)).isEqualTo(-1);
  }

  // ---- how requests are made

  private <T> T get(CompletableFuture<T> answer) {
    loop.drain();
    assertThat(answer).isDone();
    return answer.join();
  }

  private ErrorCode errorOf(CompletableFuture<OffsetCommitResponse> answer) {
    return get(answer).topics().getFirst().partitions().getFirst().errorCode();
  }

  private static void assertWritable(ApiResponse response, int version) {
    ByteBuf out = Unpooled.buffer();
    response.write(new WireWriter(out), version);
    assertThat(out.readableBytes()).isEqualTo(response.size(version));
  }

  private static OffsetCommitRequest.Topic commitTopic(String name, int partition, long offset) {
    return OffsetCommitRequest.Topic.builder()
        .name(name)
        .partitions(
            List.of(
                OffsetCommitRequest.Partition.builder()
                    .partitionIndex(partition)
                    .committedOffset(offset)
                    .build()))
        .build();
  }

  private static OffsetCommitRequest commitRequest(int version, long offset, String metadata) {
    OffsetCommitRequest.Topic.Builder topic = OffsetCommitRequest.Topic.builder();
    if (version >= 10) {
      topic.topicId(ORDERS);
    } else {
      topic.name("orders");
    }
    return OffsetCommitRequest.builder()
        .groupId("g")
        .topics(
            List.of(
                topic
                    .partitions(
                        List.of(
                            OffsetCommitRequest.Partition.builder()
                                .partitionIndex(0)
                                .committedOffset(offset)
                                .committedMetadata(metadata)
                                .build()))
                    .build()))
        .build();
  }

  private ErrorCode commit(int version, long offset, String metadata) {
    CompletableFuture<OffsetCommitResponse> answer =
        coordinator.commit(commitRequest(version, offset, metadata), version);
    assertWritable(get(answer), version);
    return errorOf(answer);
  }

  private static OffsetFetchRequest fetchRequest(int version) {
    if (version < 8) {
      return OffsetFetchRequest.builder()
          .groupId("g")
          .topics(
              List.of(
                  OffsetFetchRequest.Topic.builder()
                      .name("orders")
                      .partitionIndexes(List.of(0))
                      .build()))
          .build();
    }
    OffsetFetchRequest.GroupTopic.Builder topic = OffsetFetchRequest.GroupTopic.builder();
    if (version >= 10) {
      topic.topicId(ORDERS);
    } else {
      topic.name("orders");
    }
    return OffsetFetchRequest.builder()
        .groups(
            List.of(
                OffsetFetchRequest.Group.builder()
                    .groupId("g")
                    .topics(List.of(topic.partitionIndexes(List.of(0)).build()))
                    .build()))
        .build();
  }

  private long fetch(int version) {
    return offsetIn(get(coordinator.fetchOffsets(fetchRequest(version), version)), version);
  }

  private long fetchAll(int version) {
    OffsetFetchRequest request =
        version < 8
            ? OffsetFetchRequest.builder().groupId("g").topics(null).build()
            : OffsetFetchRequest.builder()
                .groups(
                    List.of(OffsetFetchRequest.Group.builder().groupId("g").topics(null).build()))
                .build();
    return offsetIn(get(coordinator.fetchOffsets(request, version)), version);
  }

  private static long offsetIn(OffsetFetchResponse response, int version) {
    assertWritable(response, version);
    if (version < 8) {
      return response.topics().getFirst().partitions().getFirst().committedOffset();
    }
    return response
        .groups()
        .getFirst()
        .topics()
        .getFirst()
        .partitions()
        .getFirst()
        .committedOffset();
  }

  private static JoinGroupRequest joinRequest(String memberId, int version) {
    return JoinGroupRequest.builder()
        .groupId("g")
        .sessionTimeoutMs(10_000)
        .rebalanceTimeoutMs(version == 0 ? -1 : 30_000)
        .memberId(memberId)
        .protocolType("consumer")
        .protocols(
            List.of(
                JoinGroupRequest.Protocol.builder()
                    .name("range")
                    .metadata(bytes("topics"))
                    .build()))
        .build();
  }

  private JoinGroupResponse join(int version) {
    String memberId = "";
    if (version >= 4) {
      JoinGroupResponse told = get(coordinator.join(joinRequest("", version), version, CLIENT));
      assertThat(told.errorCode()).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
      assertWritable(told, version);
      memberId = told.memberId();
    }
    CompletableFuture<JoinGroupResponse> join =
        coordinator.join(joinRequest(memberId, version), version, CLIENT);
    loop.pass(3_000);
    return join.join();
  }

  private JoinGroupResponse joinAlone() {
    JoinGroupResponse joined = join(3);
    SyncGroupRequest sync =
        SyncGroupRequest.builder()
            .groupId("g")
            .generationId(joined.generationId())
            .memberId(joined.memberId())
            .assignments(
                List.of(
                    SyncGroupRequest.Assignment.builder()
                        .memberId(joined.memberId())
                        .assignment(bytes("all"))
                        .build()))
            .build();
    assertThat(get(coordinator.sync(sync)).errorCode()).isEqualTo(ErrorCode.NONE);
    return joined;
  }

  private static HeartbeatRequest heartbeat(JoinGroupResponse member) {
    return HeartbeatRequest.builder()
        .groupId("g")
        .generationId(member.generationId())
        .memberId(member.memberId())
        .build();
  }

  private LeaveGroupResponse leave(String memberId, int version) {
    LeaveGroupRequest request =
        version < 3
            ? LeaveGroupRequest.builder().groupId("g").memberId(memberId).build()
            : LeaveGroupRequest.builder()
                .groupId("g")
                .members(List.of(LeaveGroupRequest.Member.builder().memberId(memberId).build()))
                .build();
    return get(coordinator.leave(request, version));
  }

  private DescribeGroupsResponse.Group describe(int version) {
    DescribeGroupsResponse response =
        get(
            coordinator.describe(
                DescribeGroupsRequest.builder().groups(List.of("g")).build(), version));
    assertWritable(response, version);
    return response.groups().getFirst();
  }

  private List<String> listed(List<String> states, List<String> types) {
    ListGroupsResponse response =
        get(
            coordinator.list(
                ListGroupsRequest.builder().statesFilter(states).typesFilter(types).build()));
    assertThat(response.errorCode()).isEqualTo(ErrorCode.NONE);
    return response.groups().stream().map(ListGroupsResponse.Group::groupId).toList();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
