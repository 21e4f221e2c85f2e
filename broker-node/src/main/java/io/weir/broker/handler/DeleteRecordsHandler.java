package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.DeleteRecordsRequest;
import io.weir.protocol.message.DeleteRecordsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.DeletionRequest;
import io.weir.replication.DeletionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * DeleteRecords, versions 0 to 2. Answered when the records of all partitions are gone on every
 * replica in sync. The coordinators' own topics keep theirs: INVALID_TOPIC_EXCEPTION.
 */
public final class DeleteRecordsHandler implements ApiHandler<DeleteRecordsRequest> {
  private final Supplier<MetadataImage> metadata;
  private final Consumer<DeletionRequest> deletions;

  public DeleteRecordsHandler(
      Supplier<MetadataImage> metadata, Consumer<DeletionRequest> deletions) {
    this.metadata = metadata;
    this.deletions = deletions;
  }

  @Override
  public void handle(DeleteRecordsRequest request, RequestContext context) {
    int count = request.topics().stream().mapToInt(t -> t.partitions().size()).sum();
    Gathering<DeletionResult> results =
        new Gathering<>(count, all -> context.guarded(() -> context.answer(respond(request, all))));
    MetadataImage image = metadata.get();
    int next = 0;
    for (DeleteRecordsRequest.Topic topic : request.topics()) {
      for (DeleteRecordsRequest.Partition partition : topic.partitions()) {
        int index = next++;
        ErrorCode refusal = refusal(image, topic.name(), partition.partitionIndex());
        if (refusal != ErrorCode.NONE) {
          results.put(index, new DeletionResult(refusal, -1));
        } else {
          deletions.accept(
              new DeletionRequest(
                  new TopicPartition(topic.name(), partition.partitionIndex()),
                  partition.offset(),
                  request.timeoutMs(),
                  result -> results.put(index, result)));
        }
      }
    }
    results.allAsked();
  }

  private static ErrorCode refusal(MetadataImage image, String topic, int partition) {
    if (TopicNames.isInternal(topic)) {
      return ErrorCode.INVALID_TOPIC_EXCEPTION;
    }
    return image.partition(topic, partition) == null
        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        : ErrorCode.NONE;
  }

  private static DeleteRecordsResponse respond(
      DeleteRecordsRequest request, List<DeletionResult> results) {
    List<DeleteRecordsResponse.Topic> topics = new ArrayList<>(request.topics().size());
    int next = 0;
    for (DeleteRecordsRequest.Topic topic : request.topics()) {
      List<DeleteRecordsResponse.Partition> partitions = new ArrayList<>(topic.partitions().size());
      for (DeleteRecordsRequest.Partition partition : topic.partitions()) {
        DeletionResult result = results.get(next++);
        partitions.add(
            DeleteRecordsResponse.Partition.builder()
                .partitionIndex(partition.partitionIndex())
                .lowWatermark(result.lowWatermark())
                .errorCode(result.error())
                .build());
      }
      topics.add(
          DeleteRecordsResponse.Topic.builder().name(topic.name()).partitions(partitions).build());
    }
    return DeleteRecordsResponse.builder().topics(topics).build();
  }
}
