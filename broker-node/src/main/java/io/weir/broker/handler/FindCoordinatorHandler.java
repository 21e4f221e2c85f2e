package io.weir.broker.handler;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.FindCoordinatorRequest;
import io.weir.protocol.message.FindCoordinatorResponse;
import io.weir.protocol.message.FindCoordinatorResponse.Coordinator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * FindCoordinator, versions 0 to 6, for groups: the leader of the partition of __consumer_offsets
 * that the group belongs to. That topic is created when it is not there; until it has leaders the
 * answer is COORDINATOR_NOT_AVAILABLE. Transactional ids are refused as in {@link
 * InitProducerIdHandler}, share partitions with INVALID_REQUEST.
 */
public final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequest> {
  private static final byte GROUP = 0;
  private static final byte TRANSACTION = 1;
  private static final int SEVERAL_FROM = 4;

  private final Supplier<MetadataImage> metadata;
  private final TopicCreator creator;
  private final ToIntFunction<String> partitionOf;

  /**
   * @param partitionOf the partition of __consumer_offsets that a group belongs to; -1 while there
   *     is none
   */
  public FindCoordinatorHandler(
      Supplier<MetadataImage> metadata, TopicCreator creator, ToIntFunction<String> partitionOf) {
    this.metadata = metadata;
    this.creator = creator;
    this.partitionOf = partitionOf;
  }

  @Override
  public void handle(FindCoordinatorRequest request, RequestContext context) {
    if (request.keyType() != GROUP) {
      context.answer(refusal(request));
    } else if (metadata.get().topic(TopicNames.CONSUMER_OFFSETS) != null) {
      context.answer(respond(request, context));
    } else {
      context.answerWhenDone(
          request,
          creator
              .create(TopicNames.CONSUMER_OFFSETS)
              .thenApply(outcome -> respond(request, context)));
    }
  }

  private static FindCoordinatorResponse refusal(FindCoordinatorRequest request) {
    return request.keyType() == TRANSACTION
        ? request.errorResponse(
            ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "this version has no transactions")
        : request.errorResponse(
            ErrorCode.INVALID_REQUEST, "no coordinator of key type " + request.keyType());
  }

  private FindCoordinatorResponse respond(FindCoordinatorRequest request, RequestContext context) {
    Function<String, Coordinator> find = key -> find(key, context.listenerName());
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

  private Coordinator find(String group, String listenerName) {
    MetadataImage image = metadata.get();
    BrokerImage leader = leader(image, partitionOf.applyAsInt(group));
    EndPoint at = Addresses.of(leader, listenerName);
    if (leader == null || at == null) {
      return Coordinator.builder()
          .key(group)
          .errorCode(ErrorCode.COORDINATOR_NOT_AVAILABLE)
          .errorMessage("the group's partition of __consumer_offsets has no leader yet")
          .nodeId(-1)
          .port(-1)
          .build();
    }
    return Coordinator.builder()
        .key(group)
        .nodeId(leader.id())
        .host(at.host())
        .port(at.port())
        .build();
  }

  private static @Nullable BrokerImage leader(MetadataImage image, int partition) {
    TopicImage topic = image.topic(TopicNames.CONSUMER_OFFSETS);
    PartitionImage state = topic == null ? null : topic.partition(partition);
    return state == null ? null : image.brokers().get(state.leader());
  }
}
