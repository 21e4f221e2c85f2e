package io.weir.coordinator.group;

import io.weir.coordinator.group.core.CommitRequested;
import io.weir.coordinator.group.core.CommittedOffset;
import io.weir.coordinator.group.core.MemberRef;
import io.weir.protocol.message.OffsetCommitRequest;
import io.weir.protocol.message.OffsetCommitResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One OffsetCommit between the wire and the core: sorts out partitions that do not exist, and puts
 * the results back in the order of the request. Immutable.
 */
final class CommitMessages {
  private static final int TOPIC_IDS = 10;
  private static final int GROUP_ID_NOT_FOUND = 9;

  private final OffsetCommitRequest request;

  /** For each partition of the request in order: what is wrong with it, NONE when it is asked. */
  private final List<ErrorCode> refusals;

  private final CommitRequested commit;

  private CommitMessages(
      OffsetCommitRequest request, List<ErrorCode> refusals, CommitRequested commit) {
    this.request = request;
    this.refusals = refusals;
    this.commit = commit;
  }

  static CommitMessages read(
      OffsetCommitRequest request, int version, TopicNamesById topics, long wallMs) {
    List<ErrorCode> refusals = new ArrayList<>();
    List<CommitRequested.Entry> entries = new ArrayList<>();
    for (OffsetCommitRequest.Topic topic : request.topics()) {
      String name = version >= TOPIC_IDS ? topics.nameOf(topic.topicId()) : topic.name();
      int partitions = name == null ? 0 : topics.partitionsOf(name);
      for (OffsetCommitRequest.Partition partition : topic.partitions()) {
        ErrorCode refusal = refusal(name, partitions, partition.partitionIndex());
        refusals.add(refusal);
        if (refusal == ErrorCode.NONE && name != null) {
          entries.add(
              new CommitRequested.Entry(
                  new TopicPartition(name, partition.partitionIndex()),
                  offset(partition, request.retentionTimeMs(), wallMs)));
        }
      }
    }
    MemberRef member = new MemberRef(request.memberId(), request.groupInstanceId());
    return new CommitMessages(
        request,
        refusals,
        new CommitRequested(
            member, request.generationIdOrMemberEpoch(), version >= GROUP_ID_NOT_FOUND, entries));
  }

  private static ErrorCode refusal(@Nullable String topic, int partitions, int partition) {
    if (topic == null) {
      return ErrorCode.UNKNOWN_TOPIC_ID;
    }
    return partition >= 0 && partition < partitions
        ? ErrorCode.NONE
        : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  }

  private static CommittedOffset offset(
      OffsetCommitRequest.Partition partition, long retentionMs, long wallMs) {
    String metadata = partition.committedMetadata();
    return new CommittedOffset(
        partition.committedOffset(),
        partition.committedLeaderEpoch(),
        metadata == null ? "" : metadata,
        wallMs,
        retentionMs < 0 ? CommittedOffset.NO_EXPIRY : expiry(wallMs, retentionMs));
  }

  private static long expiry(long wallMs, long retentionMs) {
    return retentionMs > Long.MAX_VALUE - wallMs ? Long.MAX_VALUE : wallMs + retentionMs;
  }

  CommitRequested commit() {
    return commit;
  }

  /**
   * The answer.
   *
   * @param results one for each entry of {@link #commit}, in their order
   */
  OffsetCommitResponse write(List<ErrorCode> results) {
    int result = 0;
    int refusal = 0;
    List<OffsetCommitResponse.Topic> topics = new ArrayList<>(request.topics().size());
    for (OffsetCommitRequest.Topic topic : request.topics()) {
      List<OffsetCommitResponse.Partition> partitions = new ArrayList<>(topic.partitions().size());
      for (OffsetCommitRequest.Partition partition : topic.partitions()) {
        ErrorCode error = refusals.get(refusal++);
        partitions.add(
            OffsetCommitResponse.Partition.builder()
                .partitionIndex(partition.partitionIndex())
                .errorCode(error == ErrorCode.NONE ? results.get(result++) : error)
                .build());
      }
      topics.add(
          OffsetCommitResponse.Topic.builder()
              .name(topic.name())
              .topicId(topic.topicId())
              .partitions(partitions)
              .build());
    }
    return OffsetCommitResponse.builder().topics(topics).build();
  }
}
