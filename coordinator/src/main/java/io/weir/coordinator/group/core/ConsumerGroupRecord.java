package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a record says about a group of the consumer protocol. Each has a subject, and a value that
 * is null when the subject is gone. Immutable.
 */
public sealed interface ConsumerGroupRecord extends StateRecord {
  int BYTES_OF_PARTITION = 6;

  @Override
  default int estimatedBytes() {
    return 2 * FIXED_BYTES + groupId().length();
  }

  /** The group is in this epoch; null: there is no such group. */
  record Epoch(String groupId, @Nullable GroupEpoch value) implements ConsumerGroupRecord {}

  /**
   * A group's epoch. Immutable.
   *
   * @param topicsHash of the topics that its members want, as they were when the epoch began
   */
  record GroupEpoch(int epoch, long topicsHash) {}

  /** A member as it describes itself; null: it is no member. */
  record Member(String groupId, String memberId, @Nullable ConsumerMember value)
      implements ConsumerGroupRecord {
    @Override
    public int estimatedBytes() {
      return ConsumerGroupRecord.super.estimatedBytes()
          + (value == null ? 0 : value.estimatedBytes());
    }
  }

  /** What a pattern stands for; null: nobody uses it any more. */
  record Pattern(String groupId, String pattern, @Nullable MatchedTopics value)
      implements ConsumerGroupRecord {
    @Override
    public int estimatedBytes() {
      int bytes = ConsumerGroupRecord.super.estimatedBytes() + pattern.length();
      if (value != null) {
        for (String topic : value.topics()) {
          bytes += topic.length();
        }
      }
      return bytes;
    }
  }

  /**
   * Topics that a pattern stands for. Immutable.
   *
   * @param metadataVersion of the image in which they were found
   * @param foundAtMs wall clock
   */
  record MatchedTopics(Set<String> topics, long metadataVersion, long foundAtMs) {
    public MatchedTopics {
      topics = Set.copyOf(topics);
    }
  }

  /** The targets are those of this epoch of the group; null: there are none. */
  record TargetEpoch(String groupId, @Nullable Integer value) implements ConsumerGroupRecord {}

  /** What a member shall have; null: it is no member. */
  record Target(String groupId, String memberId, @Nullable Set<TopicIdPartition> value)
      implements ConsumerGroupRecord {
    @Override
    public int estimatedBytes() {
      return ConsumerGroupRecord.super.estimatedBytes()
          + (value == null ? 0 : BYTES_OF_PARTITION * value.size());
    }
  }

  /** What a member has; null: it is no member. */
  record Current(String groupId, String memberId, @Nullable CurrentAssignment value)
      implements ConsumerGroupRecord {
    @Override
    public int estimatedBytes() {
      return ConsumerGroupRecord.super.estimatedBytes()
          + (value == null
              ? 0
              : BYTES_OF_PARTITION * (value.assigned().size() + value.revoking().size()));
    }
  }
}
