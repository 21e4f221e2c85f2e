package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ProduceRequest;
import io.weir.protocol.message.ProduceResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.replication.AppendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One Produce request while its partitions are appended to. Immutable; {@link #onResults} runs
 * once, on the loop of the partition that was last.
 */
record ProduceCall(
    ProduceRequest request, RequestContext context, Supplier<MetadataImage> metadata) {
  private static final int STORAGE_ERROR_FROM = 4;
  private static final int LEADERS_FROM = 10;
  private static final int BY_ID_FROM = 13;

  int partitions() {
    return request.topicData().stream().mapToInt(t -> t.partitionData().size()).sum();
  }

  /** All partitions have their results, which are in the order of the request. */
  void onResults(List<AppendResult> results) {
    context.guarded(() -> {
      if (request.acks() == 0) {
        endWithoutAnswer(results);
      } else {
        context.answer(respond(results));
      }
    });
  }

  private void endWithoutAnswer(List<AppendResult> results) {
    for (AppendResult result : results) {
      if (result instanceof AppendResult.Refused(ErrorCode error, String message)) {
        context.closeConnection(
            "a Produce with acks=0 failed: " + error + (message == null ? "" : ", " + message));
        return;
      }
    }
    context.endWithoutAnswer();
  }

  private ProduceResponse respond(List<AppendResult> results) {
    MetadataImage image = metadata.get();
    LeaderHints hints = new LeaderHints(image, context.listenerName());
    TopicNaming naming = TopicNaming.inVersion(context.version(), BY_ID_FROM);
    List<ProduceResponse.Topic> topics = new ArrayList<>(request.topicData().size());
    int slot = 0;
    for (ProduceRequest.Topic topic : request.topicData()) {
      TopicImage topicImage = naming.find(image, topic.name(), topic.topicId());
      List<ProduceResponse.Partition> partitions = new ArrayList<>(topic.partitionData().size());
      for (ProduceRequest.Partition partition : topic.partitionData()) {
        PartitionImage now = topicImage == null ? null : topicImage.partition(partition.index());
        partitions.add(respond(partition.index(), results.get(slot++), now, hints));
      }
      topics.add(
          ProduceResponse.Topic.builder()
              .name(topic.name())
              .topicId(topic.topicId())
              .partitionResponses(partitions)
              .build());
    }
    return ProduceResponse.builder()
        .responses(topics)
        .nodeEndpoints(
            hints.endpoints((broker, at) ->
                ProduceResponse.NodeEndpoint.builder()
                    .nodeId(broker.id())
                    .host(at.host())
                    .port(at.port())
                    .rack(broker.rack())
                    .build()))
        .build();
  }

  private ProduceResponse.Partition respond(
      int index, AppendResult result, @Nullable PartitionImage now, LeaderHints hints) {
    ProduceResponse.Partition.Builder partition = ProduceResponse.Partition.builder().index(index);
    switch (result) {
      case AppendResult.Appended(long baseOffset, long logAppendTimeMs, long logStartOffset) ->
          partition
              .baseOffset(baseOffset)
              .logAppendTimeMs(logAppendTimeMs)
              .logStartOffset(logStartOffset);
      case AppendResult.Refused(ErrorCode error, String message) -> {
        partition
            .errorCode(StorageErrors.inVersion(error, context.version(), STORAGE_ERROR_FROM))
            .errorMessage(message)
            .baseOffset(-1);
        if (context.version() >= LEADERS_FROM && now != null && LeaderHints.belongTo(error)) {
          hints.add(now.leader());
          partition.currentLeader(
              ProduceResponse.LeaderIdAndEpoch.builder()
                  .leaderId(now.leader())
                  .leaderEpoch(now.leaderEpoch())
                  .build());
        }
      }
    }
    return partition.build();
  }
}
