package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.MetadataRequest;
import io.weir.protocol.message.MetadataResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.Uuids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Metadata, versions 0 to 13: the live nodes and the partitions of topics, as of the node's latest
 * image. A topic that does not exist is created where node and client allow it, and the answer
 * waits for that. Authorized operations are not told, since there is no authorization.
 */
public final class MetadataHandler implements ApiHandler<MetadataRequest> {
  private static final int BY_ID_FROM = 12;

  private final Supplier<MetadataImage> metadata;
  private final TopicCreator creator;
  private final boolean createsTopics;

  /**
   * @param createsTopics whether topics that do not exist are created
   */
  public MetadataHandler(
      Supplier<MetadataImage> metadata, TopicCreator creator, boolean createsTopics) {
    this.metadata = metadata;
    this.creator = creator;
    this.createsTopics = createsTopics;
  }

  @Override
  public void handle(MetadataRequest request, RequestContext context) {
    MetadataImage image = metadata.get();
    Map<String, CompletableFuture<ErrorCode>> creations = new HashMap<>();
    if (createsTopics && request.allowAutoTopicCreation()) {
      for (String name : missing(request, context.version(), image)) {
        creations.computeIfAbsent(name, creator::create);
      }
    }
    if (creations.isEmpty()) {
      context.answer(respond(request, context, image, Map.of()));
      return;
    }
    var _ =
        CompletableFuture.allOf(creations.values().toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> {
              Map<String, ErrorCode> outcomes = new HashMap<>();
              creations.forEach((name, creation) -> outcomes.put(name, creation.join()));
              context.answer(respond(request, context, metadata.get(), outcomes));
            });
  }

  private static List<String> missing(MetadataRequest request, int version, MetadataImage image) {
    return ApiRequest.orEmpty(request.topics()).stream()
        .filter(topic -> !isById(topic, version))
        .map(topic -> topic.name() == null ? "" : topic.name())
        .filter(name -> image.topic(name) == null && TopicNames.isValid(name))
        .toList();
  }

  private static boolean isById(MetadataRequest.Topic topic, int version) {
    return version >= BY_ID_FROM && !topic.topicId().equals(Uuids.ZERO);
  }

  private static MetadataResponse respond(
      MetadataRequest request,
      RequestContext context,
      MetadataImage image,
      Map<String, ErrorCode> creations) {
    return MetadataResponse.builder()
        .brokers(
            Addresses.ofAll(
                image,
                context.listenerName(),
                (broker, at) ->
                    MetadataResponse.Broker.builder()
                        .nodeId(broker.id())
                        .host(at.host())
                        .port(at.port())
                        .rack(broker.rack())
                        .build()))
        .clusterId(image.clusterId())
        .controllerId(Addresses.controller(image))
        .topics(topics(request, context, image, creations))
        .build();
  }

  private static List<MetadataResponse.Topic> topics(
      MetadataRequest request,
      RequestContext context,
      MetadataImage image,
      Map<String, ErrorCode> creations) {
    List<MetadataRequest.Topic> asked = request.topics();
    if (asked == null || (context.version() == 0 && asked.isEmpty())) {
      Collection<TopicImage> all = image.topics();
      return all.stream().map(topic -> found(topic, image, context.listenerName())).toList();
    }
    List<MetadataResponse.Topic> topics = new ArrayList<>(asked.size());
    for (MetadataRequest.Topic topic : asked) {
      topics.add(
          isById(topic, context.version())
              ? byId(topic.topicId(), image, context.listenerName())
              : byName(
                  topic.name() == null ? "" : topic.name(),
                  image,
                  context.listenerName(),
                  creations));
    }
    return topics;
  }

  private static MetadataResponse.Topic byId(UUID id, MetadataImage image, String listenerName) {
    TopicImage topic = image.topic(id);
    return topic != null
        ? found(topic, image, listenerName)
        : MetadataResponse.Topic.builder()
            .errorCode(ErrorCode.UNKNOWN_TOPIC_ID)
            .name(null)
            .topicId(id)
            .build();
  }

  private static MetadataResponse.Topic byName(
      String name, MetadataImage image, String listenerName, Map<String, ErrorCode> creations) {
    TopicImage topic = image.topic(name);
    return topic != null
        ? found(topic, image, listenerName)
        : MetadataResponse.Topic.builder()
            .errorCode(absence(name, creations))
            .name(name)
            .isInternal(TopicNames.isInternal(name))
            .build();
  }

  private static ErrorCode absence(String name, Map<String, ErrorCode> creations) {
    if (!TopicNames.isValid(name)) {
      return ErrorCode.INVALID_TOPIC_EXCEPTION;
    }
    ErrorCode creation = creations.get(name);
    if (creation == null) {
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }
    return creation == ErrorCode.NONE ? ErrorCode.LEADER_NOT_AVAILABLE : creation;
  }

  private static MetadataResponse.Topic found(
      TopicImage topic, MetadataImage image, String listenerName) {
    return MetadataResponse.Topic.builder()
        .name(topic.name())
        .topicId(topic.id())
        .isInternal(TopicNames.isInternal(topic.name()))
        .partitions(
            topic.partitions().stream()
                .map(p -> partition(topic.id(), p, image, listenerName))
                .toList())
        .build();
  }

  private static MetadataResponse.Partition partition(
      UUID topicId, PartitionImage partition, MetadataImage image, String listenerName) {
    PartitionView view = PartitionView.of(topicId, partition, image, listenerName);
    return MetadataResponse.Partition.builder()
        .errorCode(view.error())
        .partitionIndex(partition.partition())
        .leaderId(view.leader())
        .leaderEpoch(partition.leaderEpoch())
        .replicaNodes(partition.replicas())
        .isrNodes(partition.inSyncReplicas())
        .offlineReplicas(view.offlineReplicas())
        .build();
  }
}
