package io.weir.coordinator.group;

import io.weir.coordinator.group.core.OffsetsDeleted;
import io.weir.protocol.message.OffsetDeleteRequest;
import io.weir.protocol.message.OffsetDeleteResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One OffsetDelete between the wire and the core: sorts out partitions that do not exist, and puts
 * the results back in the order of the request. Immutable.
 */
final class OffsetDeleteMessages {
  private final OffsetDeleteRequest request;
  private final TopicNamesById topics;

  OffsetDeleteMessages(OffsetDeleteRequest request, TopicNamesById topics) {
    this.request = request;
    this.topics = topics;
  }

  /** The partitions that exist. */
  List<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (OffsetDeleteRequest.Topic topic : request.topics()) {
      int count = topics.partitionsOf(topic.name());
      for (OffsetDeleteRequest.Partition partition : topic.partitions()) {
        if (exists(partition.partitionIndex(), count)) {
          partitions.add(new TopicPartition(topic.name(), partition.partitionIndex()));
        }
      }
    }
    return partitions;
  }

  /**
   * The answer.
   *
   * @param asked what {@link #partitions} gave: topics may have come or gone since
   */
  OffsetDeleteResponse write(List<TopicPartition> asked, OffsetsDeleted deleted) {
    if (deleted.errorCode() != ErrorCode.NONE) {
      return OffsetDeleteResponse.builder().errorCode(deleted.errorCode()).build();
    }
    Iterator<ErrorCode> errors = deleted.errors().iterator();
    Iterator<TopicPartition> next = asked.iterator();
    TopicPartition expected = next.hasNext() ? next.next() : null;
    List<OffsetDeleteResponse.Topic> answers = new ArrayList<>(request.topics().size());
    for (OffsetDeleteRequest.Topic topic : request.topics()) {
      List<OffsetDeleteResponse.Partition> partitions = new ArrayList<>(topic.partitions().size());
      for (OffsetDeleteRequest.Partition partition : topic.partitions()) {
        ErrorCode error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        if (new TopicPartition(topic.name(), partition.partitionIndex()).equals(expected)) {
          error = errors.next();
          expected = next.hasNext() ? next.next() : null;
        }
        partitions.add(
            OffsetDeleteResponse.Partition.builder()
                .partitionIndex(partition.partitionIndex())
                .errorCode(error)
                .build());
      }
      answers.add(
          OffsetDeleteResponse.Topic.builder().name(topic.name()).partitions(partitions).build());
    }
    return OffsetDeleteResponse.builder().topics(answers).build();
  }

  private static boolean exists(int partition, int count) {
    return partition >= 0 && partition < count;
  }
}
