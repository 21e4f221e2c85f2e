package io.weir.coordinator.group.assignor;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an assignor goes by. Immutable.
 *
 * @param members by member id, in the order of their ids
 * @param topics by id; a topic that is not here does not exist
 */
public record AssignmentInput(Map<String, Member> members, Map<UUID, Topic> topics) {
  public AssignmentInput {
    members = Collections.unmodifiableMap(new TreeMap<>(members));
    topics = Collections.unmodifiableMap(new TreeMap<>(topics));
  }

  /**
   * A member. Immutable.
   *
   * @param rack null when it is not known
   * @param topics those that it wants
   * @param previous what it was to have until now
   */
  public record Member(@Nullable String rack, Set<UUID> topics, Set<TopicIdPartition> previous) {}

  /**
   * A topic. Immutable.
   *
   * @param racks for each partition, the racks of its replicas as far as they are known
   */
  public record Topic(List<Set<String>> racks) {
    public Topic {
      racks = List.copyOf(racks);
    }

    public int partitions() {
      return racks.size();
    }
  }

  /** Whether the member is near a replica of the partition. */
  boolean isNear(Member member, TopicIdPartition partition) {
    Topic topic = topics.get(partition.topicId());
    return member.rack() != null
        && topic != null
        && topic.racks().get(partition.partition()).contains(member.rack());
  }

  boolean exists(TopicIdPartition partition) {
    Topic topic = topics.get(partition.topicId());
    return topic != null
        && partition.partition() >= 0
        && partition.partition() < topic.partitions();
  }
}
