package io.weir.broker.handler;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.message.FindCoordinatorRequest;
import io.weir.protocol.message.FindCoordinatorResponse;
import io.weir.protocol.message.FindCoordinatorResponse.Coordinator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * FindCoordinator, versions 0 to 6, for groups and transactional ids: the leader of the partition
 * of {@code __consumer_offsets} or {@code __transaction_state} that the key belongs to. That topic
 * is created when it is not there; until it has leaders the answer is COORDINATOR_NOT_AVAILABLE.
 * Share partitions are refused with INVALID_REQUEST.
 */
public final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequest> {
  private static final byte GROUP = 0;
  private static final byte TRANSACTION = 1;
  private static final int SEVERAL_FROM = 4;

  private final Supplier<MetadataImage> metadata;
  private final TopicCreator creator;
  private final StateOf groups;
  private final StateOf transactions;

  /** Where the state of one kind of keys lies. */
  private record StateOf(String topicName, ToIntFunction<String> partitionOf) {}

  /**
   * @param groups the partition of {@code __consumer_offsets} that a group belongs to; -1 while
   *     there is none
   * @param transactions the partition of {@code __transaction_state} that a transactional id
   *     belongs to; -1 while there is none
   */
  public FindCoordinatorHandler(
      Supplier<MetadataImage> metadata,
      TopicCreator creator,
      ToIntFunction<String> groups,
      ToIntFunction<String> transactions) {
    this.metadata = metadata;
    this.creator = creator;
    this.groups = new StateOf(TopicNames.CONSUMER_OFFSETS, groups);
    this.transactions = new StateOf(TopicNames.TRANSACTION_STATE, transactions);
  }

  @Override
  public void handle(FindCoordinatorRequest request, RequestContext context) {
    switch (request.keyType()) {
      case GROUP -> find(groups, request, context);
      case TRANSACTION -> find(transactions, request, context);
      default ->
          context.answer(
              request.errorResponse(
                  ErrorCode.INVALID_REQUEST, "no coordinator of key type " + request.keyType()));
    }
  }

  private void find(StateOf state, FindCoordinatorRequest request, RequestContext context) {
    if (metadata.get().topic(state.topicName()) != null) {
      context.answer(respond(state, request, context));
    } else {
      context.answerWhenDone(
          request,
          creator.create(state.topicName()).thenApply(outcome -> respond(state, request, context)));
    }
  }

  private FindCoordinatorResponse respond(
      StateOf state, FindCoordinatorRequest request, RequestContext context) {
    Function<String, Coordinator> find = key -> find(state, key, context.listenerName());
    if (context.version() >= SEVERAL_FROM) {
      List<Coordinator> coordinators = request.coordinatorKeys().stream().map(find).toList();
      return FindCoordinatorResponse.builder().coordinators(coordinators).build();
    }
    Coordinator only = find.apply(request.key());
    return FindCoordinatorResponse.builder()
        .errorCode(only.errorCode())
        .errorMessage(only.errorMessage())
        .nodeId(only.nodeId())
        .host(only.host())
        .port(only.port())
        .build();
  }

  private Coordinator find(StateOf state, String key, String listenerName) {
    MetadataImage image = metadata.get();
    PartitionImage partition =
        image.partition(state.topicName(), state.partitionOf().applyAsInt(key));
    BrokerImage leader = partition == null ? null : image.brokers().get(partition.leader());
    EndPoint at = Addresses.of(leader, listenerName);
    if (leader == null || at == null) {
      return Coordinator.builder()
          .key(key)
          .errorCode(ErrorCode.COORDINATOR_NOT_AVAILABLE)
          .errorMessage("the partition of " + state.topicName() + " has no leader yet")
          .nodeId(-1)
          .port(-1)
          .build();
    }
    return Coordinator.builder()
        .key(key)
        .nodeId(leader.id())
        .host(at.host())
        .port(at.port())
        .build();
  }
}
