package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.OffsetForLeaderEpochRequest;
import io.weir.protocol.message.OffsetForLeaderEpochResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.EpochEndRequest;
import io.weir.replication.EpochEndResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * OffsetForLeaderEpoch, versions 0 to 4, for consumers that look whether their position still
 * holds. Followers have their own way.
 */
public final class OffsetForLeaderEpochHandler implements ApiHandler<OffsetForLeaderEpochRequest> {
  private final Supplier<MetadataImage> metadata;
  private final Consumer<EpochEndRequest> lookups;

  public OffsetForLeaderEpochHandler(
      Supplier<MetadataImage> metadata, Consumer<EpochEndRequest> lookups) {
    this.metadata = metadata;
    this.lookups = lookups;
  }

  @Override
  public void handle(OffsetForLeaderEpochRequest request, RequestContext context) {
    if (request.replicaId() >= 0) {
      context.answer(request.errorResponse(ErrorCode.INVALID_REQUEST, null));
      return;
    }
    int count = request.topics().stream().mapToInt(t -> t.partitions().size()).sum();
    Gathering<EpochEndResult> results =
        new Gathering<>(count, all -> context.guarded(() -> context.answer(respond(request, all))));
    MetadataImage image = metadata.get();
    int next = 0;
    for (OffsetForLeaderEpochRequest.Topic topic : request.topics()) {
      for (OffsetForLeaderEpochRequest.Partition partition : topic.partitions()) {
        int index = next++;
        if (image.partition(topic.topic(), partition.partition()) == null) {
          results.put(index, new EpochEndResult(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1, -1));
        } else {
          lookups.accept(
              new EpochEndRequest(
                  new TopicPartition(topic.topic(), partition.partition()),
                  partition.currentLeaderEpoch(),
                  partition.leaderEpoch(),
                  result -> results.put(index, result)));
        }
      }
    }
    results.allAsked();
  }

  private static OffsetForLeaderEpochResponse respond(
      OffsetForLeaderEpochRequest request, List<EpochEndResult> results) {
    List<OffsetForLeaderEpochResponse.Topic> topics = new ArrayList<>(request.topics().size());
    int next = 0;
    for (OffsetForLeaderEpochRequest.Topic topic : request.topics()) {
      List<OffsetForLeaderEpochResponse.Partition> partitions =
          new ArrayList<>(topic.partitions().size());
      for (OffsetForLeaderEpochRequest.Partition partition : topic.partitions()) {
        EpochEndResult result = results.get(next++);
        partitions.add(
            OffsetForLeaderEpochResponse.Partition.builder()
                .errorCode(result.error())
                .partition(partition.partition())
                .leaderEpoch(result.leaderEpoch())
                .endOffset(result.endOffset())
                .build());
      }
      topics.add(
          OffsetForLeaderEpochResponse.Topic.builder()
              .topic(topic.topic())
              .partitions(partitions)
              .build());
    }
    return OffsetForLeaderEpochResponse.builder().topics(topics).build();
  }
}
