package io.weir.coordinator.group;

import io.weir.coordinator.group.core.OffsetTransaction;
import io.weir.protocol.message.OffsetCommitRequest;
import io.weir.protocol.message.OffsetCommitResponse;
import io.weir.protocol.message.TxnOffsetCommitRequest;
import io.weir.protocol.message.TxnOffsetCommitResponse;

/**
 * TxnOffsetCommit between the wire and the core: the same as an OffsetCommit, and the transaction.
 * Stateless.
 */
final class TransactionalCommitMessages {
  private static final int TOPIC_IDS = 6;

  /** Versions of OffsetCommit that name topics as the request does. */
  private static final int PLAIN_WITH_NAMES = 8;

  private static final int PLAIN_WITH_TOPIC_IDS = 10;

  private TransactionalCommitMessages() {}

  static CommitMessages read(
      TxnOffsetCommitRequest request, int version, TopicNamesById topics, long wallMs) {
    return CommitMessages.read(
        plain(request),
        version >= TOPIC_IDS ? PLAIN_WITH_TOPIC_IDS : PLAIN_WITH_NAMES,
        topics,
        wallMs);
  }

  static OffsetTransaction transaction(TxnOffsetCommitRequest request, long guard) {
    return new OffsetTransaction(request.producerId(), request.producerEpoch(), guard);
  }

  private static OffsetCommitRequest plain(TxnOffsetCommitRequest request) {
    return OffsetCommitRequest.builder()
        .groupId(request.groupId())
        .generationIdOrMemberEpoch(request.generationIdOrMemberEpoch())
        .memberId(request.memberId())
        .groupInstanceId(request.groupInstanceId())
        .topics(request.topics().stream().map(TransactionalCommitMessages::plain).toList())
        .build();
  }

  private static OffsetCommitRequest.Topic plain(TxnOffsetCommitRequest.Topic topic) {
    return OffsetCommitRequest.Topic.builder()
        .name(topic.name())
        .topicId(topic.topicId())
        .partitions(
            topic.partitions().stream()
                .map(partition ->
                    OffsetCommitRequest.Partition.builder()
                        .partitionIndex(partition.partitionIndex())
                        .committedOffset(partition.committedOffset())
                        .committedLeaderEpoch(partition.committedLeaderEpoch())
                        .committedMetadata(partition.committedMetadata())
                        .build())
                .toList())
        .build();
  }

  static TxnOffsetCommitResponse write(OffsetCommitResponse plain) {
    return TxnOffsetCommitResponse.builder()
        .topics(plain.topics().stream().map(TransactionalCommitMessages::write).toList())
        .build();
  }

  private static TxnOffsetCommitResponse.Topic write(OffsetCommitResponse.Topic topic) {
    return TxnOffsetCommitResponse.Topic.builder()
        .name(topic.name())
        .topicId(topic.topicId())
        .partitions(
            topic.partitions().stream()
                .map(partition ->
                    TxnOffsetCommitResponse.Partition.builder()
                        .partitionIndex(partition.partitionIndex())
                        .errorCode(partition.errorCode())
                        .build())
                .toList())
        .build();
  }
}
