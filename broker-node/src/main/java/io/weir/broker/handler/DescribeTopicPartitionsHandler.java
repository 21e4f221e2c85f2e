package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.DescribeTopicPartitionsRequest;
import io.weir.protocol.message.DescribeTopicPartitionsResponse;
import io.weir.protocol.message.DescribeTopicPartitionsResponse.Cursor;
import io.weir.protocol.message.DescribeTopicPartitionsResponse.Partition;
import io.weir.protocol.message.DescribeTopicPartitionsResponse.Topic;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * DescribeTopicPartitions, version 0: topics in the order of their names, page by page. A page ends
 * at the smaller of the client's and the node's limit of partitions; the next one starts at the
 * cursor. Eligible leader replicas are empty lists, since the Java client does not take the null
 * that the protocol allows.
 */
public final class DescribeTopicPartitionsHandler
    implements ApiHandler<DescribeTopicPartitionsRequest> {
  private final Supplier<MetadataImage> metadata;
  private final int maxPartitions;

  /**
   * @param maxPartitions the node's limit for one page
   */
  public DescribeTopicPartitionsHandler(Supplier<MetadataImage> metadata, int maxPartitions) {
    this.metadata = metadata;
    this.maxPartitions = maxPartitions;
  }

  @Override
  public void handle(DescribeTopicPartitionsRequest request, RequestContext context) {
    DescribeTopicPartitionsRequest.Cursor cursor = request.cursor();
    if (request.responsePartitionLimit() < 1 || (cursor != null && cursor.partitionIndex() < 0)) {
      context.closeConnection("DescribeTopicPartitions with a limit or cursor below its range");
      return;
    }
    Page page =
        new Page(
            metadata.get(),
            context.listenerName(),
            Math.min(request.responsePartitionLimit(), maxPartitions));
    String from = cursor == null ? "" : cursor.topicName();
    for (String name : names(request, page.image).tailSet(from)) {
      int first = cursor != null && name.equals(from) ? cursor.partitionIndex() : 0;
      if (!page.add(name, first)) {
        break;
      }
    }
    context.answer(page.done());
  }

  private static NavigableSet<String> names(
      DescribeTopicPartitionsRequest request, MetadataImage image) {
    NavigableSet<String> names = new TreeSet<>();
    if (request.topics().isEmpty()) {
      Collection<TopicImage> all = image.topics();
      all.forEach(topic -> names.add(topic.name()));
    } else {
      request.topics().forEach(topic -> names.add(topic.name()));
    }
    return names;
  }

  /** Fills one answer. Confined to the call that makes it. */
  private static final class Page {
    private final MetadataImage image;
    private final String listenerName;
    private final List<Topic> topics = new ArrayList<>();
    private int room;
    private @Nullable Cursor next;

    Page(MetadataImage image, String listenerName, int room) {
      this.image = image;
      this.listenerName = listenerName;
      this.room = room;
    }

    /** Whether there is room for more. */
    boolean add(String name, int firstPartition) {
      if (room == 0) {
        next = Cursor.builder().topicName(name).partitionIndex(firstPartition).build();
        return false;
      }
      TopicImage topic = image.topic(name);
      if (topic == null) {
        topics.add(Topic.builder().errorCode(absence(name)).name(name).build());
        return true;
      }
      int count = topic.partitions().size();
      int first = Math.min(firstPartition, count);
      int end = Math.min(count, first + room);
      topics.add(describe(topic, first, end));
      room -= end - first;
      if (end < count) {
        next = Cursor.builder().topicName(name).partitionIndex(end).build();
        return false;
      }
      return true;
    }

    DescribeTopicPartitionsResponse done() {
      return DescribeTopicPartitionsResponse.builder().topics(topics).nextCursor(next).build();
    }

    private Topic describe(TopicImage topic, int first, int end) {
      return Topic.builder()
          .name(topic.name())
          .topicId(topic.id())
          .isInternal(TopicNames.isInternal(topic.name()))
          .partitions(
              topic.partitions().subList(first, end).stream()
                  .map(partition -> describe(topic.id(), partition))
                  .toList())
          .build();
    }

    private Partition describe(UUID topicId, PartitionImage partition) {
      PartitionView view = PartitionView.of(topicId, partition, image, listenerName);
      return Partition.builder()
          .errorCode(view.error())
          .partitionIndex(partition.partition())
          .leaderId(view.leader())
          .leaderEpoch(partition.leaderEpoch())
          .replicaNodes(partition.replicas())
          .isrNodes(partition.inSyncReplicas())
          .eligibleLeaderReplicas(List.of())
          .lastKnownElr(List.of())
          .offlineReplicas(view.offlineReplicas())
          .build();
    }

    private static ErrorCode absence(String name) {
      return TopicNames.isValid(name)
          ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
          : ErrorCode.INVALID_TOPIC_EXCEPTION;
    }
  }
}
