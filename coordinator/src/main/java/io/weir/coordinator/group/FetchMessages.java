package io.weir.coordinator.group;

import io.weir.coordinator.group.core.CommittedOffset;
import io.weir.protocol.message.OffsetFetchRequest;
import io.weir.protocol.message.OffsetFetchResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.model.Uuids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * OffsetFetch between the wire and the core. Versions before 8 ask for one group and are brought
 * into the form of the later ones. Immutable.
 */
final class FetchMessages {
  private static final int TOP_LEVEL_ERROR = 2;
  private static final int MANY_GROUPS = 8;
  private static final int TOPIC_IDS = 10;
  private static final long NO_OFFSET = -1;

  private final int version;
  private final TopicNamesById topics;

  FetchMessages(int version, TopicNamesById topics) {
    this.version = version;
    this.topics = topics;
  }

  List<OffsetFetchRequest.Group> groups(OffsetFetchRequest request) {
    if (version >= MANY_GROUPS) {
      return request.groups();
    }
    List<OffsetFetchRequest.Topic> asked = request.topics();
    List<OffsetFetchRequest.GroupTopic> wanted =
        asked == null
            ? null
            : asked.stream()
                .map(topic ->
                    OffsetFetchRequest.GroupTopic.builder()
                        .name(topic.name())
                        .partitionIndexes(topic.partitionIndexes())
                        .build())
                .toList();
    return List.of(
        OffsetFetchRequest.Group.builder().groupId(request.groupId()).topics(wanted).build());
  }

  /** The partitions that are asked for, as far as their topics are known; null for all. */
  @Nullable List<TopicPartition> partitions(OffsetFetchRequest.Group group) {
    if (group.topics() == null) {
      return null;
    }
    List<TopicPartition> partitions = new ArrayList<>();
    for (OffsetFetchRequest.GroupTopic topic : group.topics()) {
      String name = nameOf(topic);
      if (name != null) {
        topic.partitionIndexes().forEach(p -> partitions.add(new TopicPartition(name, p)));
      }
    }
    return partitions;
  }

  private @Nullable String nameOf(OffsetFetchRequest.GroupTopic topic) {
    return version >= TOPIC_IDS ? topics.nameOf(topic.topicId()) : topic.name();
  }

  /** The answer about one group. */
  OffsetFetchResponse.Group answer(OffsetFetchRequest.Group group, FetchedOffsets fetched) {
    List<OffsetFetchResponse.GroupTopic> answers;
    if (fetched.errorCode() != ErrorCode.NONE) {
      answers = List.of();
    } else if (group.topics() == null) {
      answers = all(fetched);
    } else {
      answers = group.topics().stream().map(topic -> asked(topic, fetched)).toList();
    }
    return OffsetFetchResponse.Group.builder()
        .groupId(group.groupId())
        .topics(answers)
        .errorCode(fetched.errorCode())
        .build();
  }

  private OffsetFetchResponse.GroupTopic asked(
      OffsetFetchRequest.GroupTopic topic, FetchedOffsets fetched) {
    String name = nameOf(topic);
    List<OffsetFetchResponse.GroupPartition> partitions =
        topic.partitionIndexes().stream()
            .map(index ->
                name == null
                    ? partition(index, null, ErrorCode.UNKNOWN_TOPIC_ID)
                    : partition(new TopicPartition(name, index), fetched))
            .toList();
    return OffsetFetchResponse.GroupTopic.builder()
        .name(topic.name())
        .topicId(topic.topicId())
        .partitions(partitions)
        .build();
  }

  /** What is unstable is shown even where there is no offset yet: there may be one soon. */
  private List<OffsetFetchResponse.GroupTopic> all(FetchedOffsets fetched) {
    Set<TopicPartition> known = new HashSet<>(fetched.offsets().keySet());
    known.addAll(fetched.unstable());
    Map<String, Set<Integer>> byTopic = new TreeMap<>();
    for (TopicPartition partition : known) {
      byTopic
          .computeIfAbsent(partition.topic(), topic -> new TreeSet<>())
          .add(partition.partition());
    }
    List<OffsetFetchResponse.GroupTopic> answers = new ArrayList<>(byTopic.size());
    byTopic.forEach((topic, partitions) -> {
      UUID topicId = version >= TOPIC_IDS ? topics.idOf(topic) : Uuids.ZERO;
      // Where topics have ids only, one that is gone cannot be named.
      if (topicId != null) {
        List<OffsetFetchResponse.GroupPartition> shown =
            partitions.stream()
                .map(index -> partition(new TopicPartition(topic, index), fetched))
                .toList();
        answers.add(
            OffsetFetchResponse.GroupTopic.builder()
                .name(topic)
                .topicId(topicId)
                .partitions(shown)
                .build());
      }
    });
    return answers;
  }

  private static OffsetFetchResponse.GroupPartition partition(
      TopicPartition partition, FetchedOffsets fetched) {
    return fetched.unstable().contains(partition)
        ? partition(partition.partition(), null, ErrorCode.UNSTABLE_OFFSET_COMMIT)
        : partition(partition.partition(), fetched.offsets().get(partition), ErrorCode.NONE);
  }

  private static OffsetFetchResponse.GroupPartition partition(
      int index, @Nullable CommittedOffset offset, ErrorCode error) {
    return OffsetFetchResponse.GroupPartition.builder()
        .partitionIndex(index)
        .committedOffset(offset == null ? NO_OFFSET : offset.offset())
        .committedLeaderEpoch(offset == null ? -1 : offset.leaderEpoch())
        .metadata(offset == null ? "" : offset.metadata())
        .errorCode(error)
        .build();
  }

  /** The answer about all groups, in the form of the version. */
  OffsetFetchResponse write(OffsetFetchRequest request, List<OffsetFetchResponse.Group> answers) {
    if (version >= MANY_GROUPS) {
      return OffsetFetchResponse.builder().groups(answers).build();
    }
    OffsetFetchResponse.Group only = answers.getFirst();
    if (only.errorCode() != ErrorCode.NONE && version < TOP_LEVEL_ERROR) {
      return request.errorResponse(only.errorCode(), null);
    }
    Map<String, List<OffsetFetchResponse.Partition>> byTopic = new LinkedHashMap<>();
    for (OffsetFetchResponse.GroupTopic topic : only.topics()) {
      List<OffsetFetchResponse.Partition> partitions =
          byTopic.computeIfAbsent(topic.name(), name -> new ArrayList<>());
      for (OffsetFetchResponse.GroupPartition partition : topic.partitions()) {
        partitions.add(
            OffsetFetchResponse.Partition.builder()
                .partitionIndex(partition.partitionIndex())
                .committedOffset(partition.committedOffset())
                .committedLeaderEpoch(partition.committedLeaderEpoch())
                .metadata(partition.metadata())
                .errorCode(partition.errorCode())
                .build());
      }
    }
    List<OffsetFetchResponse.Topic> flat = new ArrayList<>(byTopic.size());
    byTopic.forEach((name, partitions) ->
        flat.add(OffsetFetchResponse.Topic.builder().name(name).partitions(partitions).build()));
    return OffsetFetchResponse.builder().topics(flat).errorCode(only.errorCode()).build();
  }
}
