package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ListOffsetsRequest;
import io.weir.protocol.message.ListOffsetsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.ListOffsetRequest;
import io.weir.replication.ListOffsetResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * ListOffsets, versions 0 to 11. Timestamps below zero ask for special places, of which each
 * version knows its own; one that it does not know is answered UNSUPPORTED_VERSION. There is no
 * remote storage, so nothing lies there and nothing waits to go there. Version 0 gets one offset at
 * most.
 */
public final class ListOffsetsHandler implements ApiHandler<ListOffsetsRequest> {
  private static final long EARLIEST_PENDING_UPLOAD = -6;
  private static final int ONE_OFFSET_FROM = 1;
  private static final int EPOCH_FROM = 4;
  private static final int NOT_AVAILABLE_KNOWN_FROM = 5;

  private final Supplier<MetadataImage> metadata;
  private final Consumer<ListOffsetRequest> lookups;

  public ListOffsetsHandler(Supplier<MetadataImage> metadata, Consumer<ListOffsetRequest> lookups) {
    this.metadata = metadata;
    this.lookups = lookups;
  }

  @Override
  public void handle(ListOffsetsRequest request, RequestContext context) {
    if (request.replicaId() >= 0) {
      context.answer(request.errorResponse(ErrorCode.INVALID_REQUEST, null));
      return;
    }
    int count = request.topics().stream().mapToInt(t -> t.partitions().size()).sum();
    Gathering<ListOffsetResult> results =
        new Gathering<>(
            count,
            all -> context.guarded(() -> context.answer(respond(request, context.version(), all))));
    MetadataImage image = metadata.get();
    int next = 0;
    for (ListOffsetsRequest.Topic topic : request.topics()) {
      for (ListOffsetsRequest.Partition partition : topic.partitions()) {
        int index = next++;
        ErrorCode refusal = refusal(image, topic.name(), partition, context.version());
        if (refusal != ErrorCode.NONE) {
          results.put(index, new ListOffsetResult(refusal, -1, -1, -1));
        } else if (partition.timestamp() == EARLIEST_PENDING_UPLOAD) {
          results.put(index, new ListOffsetResult(ErrorCode.NONE, -1, -1, -1));
        } else {
          lookups.accept(
              new ListOffsetRequest(
                  new TopicPartition(topic.name(), partition.partitionIndex()),
                  partition.currentLeaderEpoch(),
                  partition.timestamp(),
                  ReadIsolation.upTo(request.isolationLevel()),
                  result -> results.put(index, result)));
        }
      }
    }
    results.allAsked();
  }

  private static ErrorCode refusal(
      MetadataImage image, String topic, ListOffsetsRequest.Partition asked, int version) {
    if (image.partition(topic, asked.partitionIndex()) == null) {
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }
    return version < knownFrom(asked.timestamp()) ? ErrorCode.UNSUPPORTED_VERSION : ErrorCode.NONE;
  }

  private static int knownFrom(long timestamp) {
    if (timestamp >= ListOffsetRequest.EARLIEST) {
      return 0;
    }
    if (timestamp == ListOffsetRequest.MAX_TIMESTAMP) {
      return 7;
    }
    if (timestamp == ListOffsetRequest.EARLIEST_LOCAL) {
      return 8;
    }
    if (timestamp == ListOffsetRequest.LATEST_TIERED) {
      return 9;
    }
    return timestamp == EARLIEST_PENDING_UPLOAD ? 11 : Integer.MAX_VALUE;
  }

  private static ListOffsetsResponse respond(
      ListOffsetsRequest request, int version, List<ListOffsetResult> results) {
    List<ListOffsetsResponse.Topic> topics = new ArrayList<>(request.topics().size());
    int next = 0;
    for (ListOffsetsRequest.Topic topic : request.topics()) {
      List<ListOffsetsResponse.Partition> partitions = new ArrayList<>(topic.partitions().size());
      for (ListOffsetsRequest.Partition partition : topic.partitions()) {
        partitions.add(partition(partition.partitionIndex(), results.get(next++), version));
      }
      topics.add(
          ListOffsetsResponse.Topic.builder().name(topic.name()).partitions(partitions).build());
    }
    return ListOffsetsResponse.builder().topics(topics).build();
  }

  private static ListOffsetsResponse.Partition partition(
      int index, ListOffsetResult result, int version) {
    ErrorCode error =
        result.error() == ErrorCode.OFFSET_NOT_AVAILABLE && version < NOT_AVAILABLE_KNOWN_FROM
            ? ErrorCode.LEADER_NOT_AVAILABLE
            : result.error();
    ListOffsetsResponse.Partition.Builder partition =
        ListOffsetsResponse.Partition.builder().partitionIndex(index).errorCode(error);
    if (version < ONE_OFFSET_FROM) {
      return partition
          .oldStyleOffsets(result.offset() < 0 ? List.of() : List.of(result.offset()))
          .build();
    }
    if (version >= EPOCH_FROM) {
      partition.leaderEpoch(result.leaderEpoch());
    }
    return partition.timestamp(result.timestamp()).offset(result.offset()).build();
  }
}
