package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.ReadResult;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a Fetch, found or not. Immutable.
 *
 * @param partition null when there is no such topic or partition
 * @param absence then the error
 */
record FetchSlot(
    FetchRequest.Partition asked, @Nullable TopicPartition partition, ErrorCode absence) {
  static FetchSlot of(
      FetchRequest.Partition asked, @Nullable TopicImage topic, TopicNaming naming) {
    if (topic == null) {
      return new FetchSlot(asked, null, naming.absence());
    }
    return topic.partition(asked.partition()) == null
        ? new FetchSlot(asked, null, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        : new FetchSlot(asked, new TopicPartition(topic.name(), asked.partition()), ErrorCode.NONE);
  }

  /** The partition in a later image. */
  @Nullable PartitionImage now(MetadataImage image) {
    return partition == null ? null : image.partition(partition.topic(), partition.partition());
  }

  /** What reading gives of a partition that is not there. */
  ReadResult absent() {
    return ReadResult.failed(absence, -1, -1);
  }
}
