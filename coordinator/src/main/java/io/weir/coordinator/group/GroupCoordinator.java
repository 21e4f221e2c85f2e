package io.weir.coordinator.group;

import io.weir.coordinator.group.core.ConsumerHeartbeatResult;
import io.weir.coordinator.group.core.GroupListing;
import io.weir.coordinator.group.core.GroupSettings;
import io.weir.coordinator.group.core.GroupStatistics;
import io.weir.coordinator.group.core.JoinResult;
import io.weir.coordinator.group.core.MemberIds;
import io.weir.coordinator.group.core.MemberRef;
import io.weir.coordinator.group.core.OffsetsDeleted;
import io.weir.coordinator.group.core.SyncResult;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.StatePartitions;
import io.weir.protocol.message.ConsumerGroupDescribeRequest;
import io.weir.protocol.message.ConsumerGroupDescribeResponse;
import io.weir.protocol.message.ConsumerGroupHeartbeatRequest;
import io.weir.protocol.message.ConsumerGroupHeartbeatResponse;
import io.weir.protocol.message.DeleteGroupsRequest;
import io.weir.protocol.message.DeleteGroupsResponse;
import io.weir.protocol.message.DescribeGroupsRequest;
import io.weir.protocol.message.DescribeGroupsResponse;
import io.weir.protocol.message.HeartbeatRequest;
import io.weir.protocol.message.HeartbeatResponse;
import io.weir.protocol.message.JoinGroupRequest;
import io.weir.protocol.message.JoinGroupResponse;
import io.weir.protocol.message.LeaveGroupRequest;
import io.weir.protocol.message.LeaveGroupResponse;
import io.weir.protocol.message.ListGroupsRequest;
import io.weir.protocol.message.ListGroupsResponse;
import io.weir.protocol.message.OffsetCommitRequest;
import io.weir.protocol.message.OffsetCommitResponse;
import io.weir.protocol.message.OffsetDeleteRequest;
import io.weir.protocol.message.OffsetDeleteResponse;
import io.weir.protocol.message.OffsetFetchRequest;
import io.weir.protocol.message.OffsetFetchResponse;
import io.weir.protocol.message.SyncGroupRequest;
import io.weir.protocol.message.SyncGroupResponse;
import io.weir.protocol.message.TxnOffsetCommitRequest;
import io.weir.protocol.message.TxnOffsetCommitResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The door to all groups that this node coordinates. Thread-safe: a request is handed to the loop
 * of the partition that its group belongs to, and nothing here waits.
 *
 * <p>The futures never fail; whatever goes wrong is an error in the response. They complete on a
 * partition's loop or on the caller's thread: what hangs on them must not block. Throttle times are
 * left 0, and authorized operations unset.
 */
public final class GroupCoordinator {
  private final StatePartitions partitions;
  private final TopicNamesById topics;
  private final Supplier<MetadataImage> metadata;
  private final GroupSettings settings;
  private final GroupClock clock;
  private final MemberIds memberIds;
  private final Map<Integer, GroupShard> shards = new ConcurrentHashMap<>();

  public GroupCoordinator(
      StatePartitions partitions,
      TopicNamesById topics,
      Supplier<MetadataImage> metadata,
      GroupSettings settings) {
    this(partitions, topics, metadata, settings, GroupClock.system(), new RandomMemberIds());
  }

  GroupCoordinator(
      StatePartitions partitions,
      TopicNamesById topics,
      Supplier<MetadataImage> metadata,
      GroupSettings settings,
      GroupClock clock,
      MemberIds memberIds) {
    this.partitions = partitions;
    this.topics = topics;
    this.metadata = metadata;
    this.settings = settings;
    this.clock = clock;
    this.memberIds = memberIds;
  }

  // ---- leadership

  /**
   * This node leads the partition of {@code __consumer_offsets}. Called on the partition's loop.
   */
  public void onLeading(int partition, int leaderEpoch) {
    GroupShard shard =
        new GroupShard(partition, leaderEpoch, partitions, settings, memberIds, metadata, clock);
    GroupShard older = shards.put(partition, shard);
    if (older != null) {
      older.close();
    }
    shard.load();
  }

  /** This node does not lead the partition any more. Called on the partition's loop. */
  public void onResigned(int partition) {
    GroupShard shard = shards.remove(partition);
    if (shard != null) {
      shard.close();
    }
  }

  /**
   * The partition of {@code __consumer_offsets} that the group belongs to; -1 while there is no
   * such topic.
   */
  public int partitionOf(String groupId) {
    int count = partitions.count();
    return count == 0 ? -1 : (groupId.hashCode() & 0x7fffffff) % count;
  }

  // ---- members

  public CompletableFuture<JoinGroupResponse> join(
      JoinGroupRequest request, int version, GroupClient client) {
    ClientReasons.log(request);
    Function<ErrorCode, JoinResult> refusal =
        error -> JoinResult.refused(error, request.memberId());
    return askMembership(
            request.groupId(),
            (core, reply, now) ->
                core.join(
                    request.groupId(), JoinMessages.read(request, version, client), reply, now),
            refusal)
        .thenApply(result -> JoinMessages.write(result, version));
  }

  public CompletableFuture<SyncGroupResponse> sync(SyncGroupRequest request) {
    return askMembership(
            request.groupId(),
            (core, reply, now) ->
                core.sync(request.groupId(), JoinMessages.read(request), reply, now),
            SyncResult::refused)
        .thenApply(JoinMessages::write);
  }

  public CompletableFuture<HeartbeatResponse> heartbeat(HeartbeatRequest request) {
    MemberRef member = new MemberRef(request.memberId(), request.groupInstanceId());
    GroupShard.Question<ErrorCode> question =
        (core, reply, now) -> {
          reply.send(core.heartbeat(request.groupId(), member, request.generationId(), now));
          return List.of();
        };
    // Clients take "loading" for the end of their membership, and their session starts anew anyway.
    Function<ErrorCode, ErrorCode> refusal =
        error -> error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : error;
    return askMembership(request.groupId(), question, refusal)
        .thenApply(error -> HeartbeatResponse.builder().errorCode(error).build());
  }

  public CompletableFuture<LeaveGroupResponse> leave(LeaveGroupRequest request, int version) {
    ClientReasons.log(request);
    List<MemberRef> members = LeaveMessages.read(request, version);
    GroupShard.Question<LeaveGroupResponse> question =
        (core, reply, now) ->
            core.leave(
                request.groupId(),
                members,
                errors -> reply.send(LeaveMessages.write(members, errors, version)),
                now);
    return askMembership(request.groupId(), question, LeaveMessages::refused);
  }

  public CompletableFuture<ConsumerGroupHeartbeatResponse> consumerHeartbeat(
      ConsumerGroupHeartbeatRequest request, int version, GroupClient client) {
    String objection = ConsumerMessages.objection(request, version);
    if (objection != null) {
      return CompletableFuture.completedFuture(
          ConsumerMessages.refused(ErrorCode.INVALID_REQUEST, objection));
    }
    return ask(
            request.groupId(),
            (core, reply, now) ->
                core.consumerHeartbeat(
                    request.groupId(), ConsumerMessages.read(request, client), reply, now),
            ConsumerHeartbeatResult::refused)
        .thenApply(
            result -> ConsumerMessages.write(result, settings.consumer().heartbeatIntervalMs()));
  }

  /** As {@link #ask}, for what makes no sense without a group's name. */
  private <T> CompletableFuture<T> askMembership(
      String groupId, GroupShard.Question<T> question, Function<ErrorCode, T> refusal) {
    return groupId.isEmpty()
        ? CompletableFuture.completedFuture(refusal.apply(ErrorCode.INVALID_GROUP_ID))
        : ask(groupId, question, refusal);
  }

  // ---- offsets

  public CompletableFuture<OffsetCommitResponse> commit(OffsetCommitRequest request, int version) {
    CommitMessages messages = CommitMessages.read(request, version, topics, clock.now().wallMs());
    return ask(
        request.groupId(),
        (core, reply, now) ->
            core.commit(
                request.groupId(),
                messages.commit(),
                results -> reply.send(messages.write(results)),
                now),
        error -> request.errorResponse(error, null));
  }

  /**
   * Offsets that count when the producer's transaction commits.
   *
   * @param version of TxnOffsetCommit, 0 to 6
   * @param guard what the group's partition gave when the transaction was verified; 0 for none
   */
  public CompletableFuture<TxnOffsetCommitResponse> commitInTransaction(
      TxnOffsetCommitRequest request, int version, long guard) {
    CommitMessages messages =
        TransactionalCommitMessages.read(request, version, topics, clock.now().wallMs());
    return askMembership(
        request.groupId(),
        (core, reply, now) ->
            core.commitInTransaction(
                request.groupId(),
                messages.commit(),
                TransactionalCommitMessages.transaction(request, guard),
                results -> reply.send(TransactionalCommitMessages.write(messages.write(results))),
                now),
        error -> request.errorResponse(error, null));
  }

  /**
   * A marker in the partition of {@code __consumer_offsets} is committed: what the producer's
   * transaction has stored there counts from now on, or is dropped. Called on the partition's loop,
   * in the order of the log.
   */
  public void onTransactionEnd(int partition, long producerId, boolean commit) {
    GroupShard shard = shards.get(partition);
    if (shard != null) {
      shard.transactionEnded(new GroupShard.TransactionEnd(producerId, commit));
    }
  }

  public CompletableFuture<OffsetFetchResponse> fetchOffsets(
      OffsetFetchRequest request, int version) {
    FetchMessages messages = new FetchMessages(version, topics);
    return all(
            messages.groups(request),
            group -> fetchOffsets(group, request.requireStable(), messages))
        .thenApply(answers -> messages.write(request, answers));
  }

  private CompletableFuture<OffsetFetchResponse.Group> fetchOffsets(
      OffsetFetchRequest.Group group, boolean requireStable, FetchMessages messages) {
    List<TopicPartition> wanted = messages.partitions(group);
    GroupShard.Question<FetchedOffsets> question =
        (core, reply, now) -> {
          ErrorCode error = core.checkFetch(group.groupId(), group.memberId(), group.memberEpoch());
          reply.send(
              new FetchedOffsets(
                  error,
                  wanted == null
                      ? core.offsets(group.groupId())
                      : core.offsets(group.groupId(), wanted),
                  requireStable ? core.unstableOffsets(group.groupId()) : Set.of()));
          return List.of();
        };
    return ask(group.groupId(), question, FetchedOffsets::refused)
        .thenApply(fetched -> messages.answer(group, fetched));
  }

  public CompletableFuture<OffsetDeleteResponse> deleteOffsets(OffsetDeleteRequest request) {
    OffsetDeleteMessages messages = new OffsetDeleteMessages(request, topics);
    List<TopicPartition> partitions = messages.partitions();
    GroupShard.Question<OffsetsDeleted> question =
        (core, reply, now) -> core.deleteOffsets(request.groupId(), partitions, reply, now);
    return ask(request.groupId(), question, OffsetsDeleted::refused)
        .thenApply(deleted -> messages.write(partitions, deleted));
  }

  /** Topics are gone: their offsets go from the groups that are coordinated here. */
  public void onTopicsDeleted(Collection<String> deleted) {
    Set<String> names = Set.copyOf(deleted);
    shards.forEach((partition, shard) -> runOn(partition, () -> shard.topicsDeleted(names)));
  }

  /**
   * Topics have come, gone, or got more partitions, as the metadata shows already: groups share
   * them out anew.
   */
  public void onTopicsChanged(Collection<String> changed) {
    Set<String> names = Set.copyOf(changed);
    shards.forEach((partition, shard) -> runOn(partition, () -> shard.topicsChanged(names)));
  }

  // ---- administration

  /** All groups that are coordinated here; an error while any of them is being loaded. */
  public CompletableFuture<ListGroupsResponse> list(ListGroupsRequest request) {
    return all(shards.keySet(), this::list)
        .thenApply(listings -> {
          ListGroupsResponse.Builder response = ListGroupsResponse.builder();
          List<ListGroupsResponse.Group> groups = new ArrayList<>();
          for (ShardListing listing : listings) {
            // A shard that has just gone is listed by its next coordinator.
            if (listing.errorCode() != ErrorCode.NONE
                && listing.errorCode() != ErrorCode.NOT_COORDINATOR) {
              response.errorCode(listing.errorCode());
            }
            listing.groups().stream()
                .filter(group -> AdminMessages.isWanted(request, group))
                .map(AdminMessages::write)
                .forEach(groups::add);
          }
          return response.groups(groups).build();
        });
  }

  private CompletableFuture<ShardListing> list(int partition) {
    return askShard(
        partition,
        (core, reply, now) -> {
          reply.send(new ShardListing(ErrorCode.NONE, core.list()));
          return List.of();
        },
        error -> new ShardListing(error, List.of()));
  }

  /** The groups of one shard, or why they cannot be told. Immutable. */
  private record ShardListing(ErrorCode errorCode, List<GroupListing> groups) {}

  /** What is measured of all groups here; those that are being loaded are left out. */
  public CompletableFuture<List<GroupStatistics>> groupStatistics() {
    return all(shards.keySet(), this::statistics)
        .thenApply(shardsStatistics -> shardsStatistics.stream().flatMap(List::stream).toList());
  }

  private CompletableFuture<List<GroupStatistics>> statistics(int partition) {
    GroupShard.Question<List<GroupStatistics>> question =
        (core, reply, now) -> {
          reply.send(core.statistics());
          return List.of();
        };
    return askShard(partition, question, error -> List.of());
  }

  public CompletableFuture<DescribeGroupsResponse> describe(
      DescribeGroupsRequest request, int version) {
    return all(request.groups(), groupId -> describe(groupId, version))
        .thenApply(groups -> DescribeGroupsResponse.builder().groups(groups).build());
  }

  private CompletableFuture<DescribeGroupsResponse.Group> describe(String groupId, int version) {
    GroupShard.Question<DescribeGroupsResponse.Group> question =
        (core, reply, now) -> {
          reply.send(AdminMessages.write(groupId, core.describe(groupId), version));
          return List.of();
        };
    return ask(groupId, question, error -> AdminMessages.refused(groupId, error));
  }

  public CompletableFuture<ConsumerGroupDescribeResponse> describeConsumers(
      ConsumerGroupDescribeRequest request) {
    return all(request.groupIds(), this::describeConsumers)
        .thenApply(groups -> ConsumerGroupDescribeResponse.builder().groups(groups).build());
  }

  private CompletableFuture<ConsumerGroupDescribeResponse.Group> describeConsumers(String groupId) {
    GroupShard.Question<ConsumerGroupDescribeResponse.Group> question =
        (core, reply, now) -> {
          reply.send(ConsumerMessages.write(groupId, core.describeConsumers(groupId), topics));
          return List.of();
        };
    return askMembership(
        groupId, question, error -> ConsumerMessages.notDescribed(groupId, error, null));
  }

  public CompletableFuture<DeleteGroupsResponse> delete(DeleteGroupsRequest request) {
    return all(request.groupsNames(), this::delete)
        .thenApply(results -> DeleteGroupsResponse.builder().results(results).build());
  }

  private CompletableFuture<DeleteGroupsResponse.Result> delete(String groupId) {
    GroupShard.Question<ErrorCode> question =
        (core, reply, now) -> core.delete(groupId, reply, now);
    return ask(groupId, question, error -> error)
        .thenApply(error -> AdminMessages.deleted(groupId, error));
  }

  // ---- routing

  private <T> CompletableFuture<T> ask(
      String groupId, GroupShard.Question<T> question, Function<ErrorCode, T> refusal) {
    int partition = partitionOf(groupId);
    return partition < 0
        ? CompletableFuture.completedFuture(refusal.apply(ErrorCode.COORDINATOR_NOT_AVAILABLE))
        : askShard(partition, question, refusal);
  }

  private <T> CompletableFuture<T> askShard(
      int partition, GroupShard.Question<T> question, Function<ErrorCode, T> refusal) {
    @Nullable GroupShard shard = shards.get(partition);
    if (shard == null) {
      return CompletableFuture.completedFuture(refusal.apply(ErrorCode.NOT_COORDINATOR));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!runOn(partition, () -> shard.ask(question, refusal, answer))) {
      answer.complete(refusal.apply(ErrorCode.NOT_COORDINATOR));
    }
    return answer;
  }

  /** Whether the task will run; not any more when the node stops. */
  private boolean runOn(int partition, Runnable task) {
    try {
      partitions.loop(partition).execute(task);
      return true;
    } catch (RejectedExecutionException stopping) {
      return false;
    }
  }

  /** The answers to all parts, in their order. */
  private static <P, T> CompletableFuture<List<T>> all(
      Collection<P> parts, Function<P, CompletableFuture<T>> ask) {
    List<CompletableFuture<T>> answers = parts.stream().map(ask).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
  }
}
