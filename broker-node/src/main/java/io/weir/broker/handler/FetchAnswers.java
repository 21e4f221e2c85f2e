package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.message.FetchResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.ReadResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the answer to a Fetch together from what was read of each partition: in the order of the
 * request, as long as the limits allow, but the first records whatever their size. What does not
 * fit is released. Confined to the call that makes the answer.
 */
final class FetchAnswers {
  private static final int STORAGE_ERROR_FROM = 6;
  private static final int LEADERS_FROM = 12;
  private static final int ADDRESSES_FROM = 16;

  private final FetchRequest request;
  private final RequestContext context;
  private final MetadataImage image;
  private final LeaderHints hints;
  private int room;
  private boolean hasRecords;

  /**
   * @param maxBytes of records in the whole answer
   */
  FetchAnswers(FetchRequest request, RequestContext context, MetadataImage image, int maxBytes) {
    this.request = request;
    this.context = context;
    this.image = image;
    this.hints = new LeaderHints(image, context.listenerName());
    this.room = maxBytes;
  }

  /** An answer that says something of the session, and nothing of partitions. */
  static FetchResponse ofSession(ErrorCode error) {
    return FetchResponse.builder().errorCode(error).build();
  }

  /** Takes over the results, one for each partition in the order of the request. */
  FetchResponse of(List<FetchSlot> slots, List<ReadResult> results) {
    List<FetchResponse.Topic> topics = new ArrayList<>(request.topics().size());
    int slot = 0;
    for (FetchRequest.Topic topic : request.topics()) {
      List<FetchResponse.Partition> partitions = new ArrayList<>(topic.partitions().size());
      for (FetchRequest.Partition asked : topic.partitions()) {
        partitions.add(partition(asked, slots.get(slot), results.get(slot)));
        slot++;
      }
      topics.add(
          FetchResponse.Topic.builder()
              .topic(topic.topic())
              .topicId(topic.topicId())
              .partitions(partitions)
              .build());
    }
    FetchResponse.Builder response = FetchResponse.builder().responses(topics);
    if (context.version() >= ADDRESSES_FROM) {
      response.nodeEndpoints(
          hints.endpoints((broker, at) ->
              FetchResponse.NodeEndpoint.builder()
                  .nodeId(broker.id())
                  .host(at.host())
                  .port(at.port())
                  .rack(broker.rack())
                  .build()));
    }
    return response.build();
  }

  private FetchResponse.Partition partition(
      FetchRequest.Partition asked, FetchSlot slot, ReadResult result) {
    FileRecords records = take(result.records(), asked.partitionMaxBytes());
    FetchResponse.Partition.Builder partition =
        FetchResponse.Partition.builder()
            .partitionIndex(asked.partition())
            .errorCode(
                StorageErrors.inVersion(result.error(), context.version(), STORAGE_ERROR_FROM))
            .highWatermark(result.highWatermark())
            .lastStableOffset(result.lastStableOffset())
            .logStartOffset(result.logStartOffset())
            .abortedTransactions(aborted(result, records != null))
            .records(records == null ? BufferRecords.EMPTY : records);
    if (context.version() >= LEADERS_FROM) {
      addEpochs(partition, slot, result);
    }
    return partition.build();
  }

  /** Null for readers that do not ask. */
  private @Nullable List<FetchResponse.AbortedTransaction> aborted(
      ReadResult result, boolean withRecords) {
    if (request.isolationLevel() != ReadIsolation.READ_COMMITTED) {
      return null;
    }
    if (!withRecords) {
      return List.of();
    }
    return result.abortedTransactions().stream()
        .map(aborted ->
            FetchResponse.AbortedTransaction.builder()
                .producerId(aborted.producerId())
                .firstOffset(aborted.firstOffset())
                .build())
        .toList();
  }

  private void addEpochs(
      FetchResponse.Partition.Builder partition, FetchSlot slot, ReadResult result) {
    if (result.divergingEndOffset() >= 0) {
      partition.divergingEpoch(
          FetchResponse.EpochEndOffset.builder()
              .epoch(result.divergingEpoch())
              .endOffset(result.divergingEndOffset())
              .build());
    }
    PartitionImage now = slot.now(image);
    if (now != null && LeaderHints.belongTo(result.error())) {
      boolean newer = result.leaderEpoch() > now.leaderEpoch();
      int leader = newer ? result.leaderId() : now.leader();
      hints.add(leader);
      partition.currentLeader(
          FetchResponse.LeaderIdAndEpoch.builder()
              .leaderId(leader)
              .leaderEpoch(newer ? result.leaderEpoch() : now.leaderEpoch())
              .build());
    }
  }

  private @Nullable FileRecords take(@Nullable FileRecords records, int partitionMaxBytes) {
    if (records == null) {
      return null;
    }
    int bytes = records.sizeInBytes();
    if (hasRecords && (bytes > room || bytes > partitionMaxBytes)) {
      records.release();
      return null;
    }
    hasRecords = true;
    room -= bytes;
    return records;
  }
}
