package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicPartition;

/** What a record of {@code __consumer_offsets} says. Immutable. */
public sealed interface StateRecord
    permits StateRecord.OffsetStored,
        StateRecord.OffsetErased,
        StateRecord.GroupStored,
        StateRecord.GroupErased,
        ConsumerGroupRecord {
  int FIXED_BYTES = 64;

  String groupId();

  /** Roughly what the record takes, in bytes, to bound what is under way. */
  int estimatedBytes();

  /** The group's offset for the partition is now this one. */
  record OffsetStored(String groupId, TopicPartition partition, CommittedOffset offset)
      implements StateRecord {
    @Override
    public int estimatedBytes() {
      return FIXED_BYTES
          + groupId.length()
          + partition.topic().length()
          + offset.metadata().length();
    }
  }

  /** The group has no offset for the partition any more. */
  record OffsetErased(String groupId, TopicPartition partition) implements StateRecord {
    @Override
    public int estimatedBytes() {
      return FIXED_BYTES + groupId.length() + partition.topic().length();
    }
  }

  /** The group has now this generation and these members. */
  record GroupStored(String groupId, GroupSnapshot snapshot) implements StateRecord {
    @Override
    public int estimatedBytes() {
      int bytes = FIXED_BYTES + groupId.length();
      for (GroupSnapshot.Member member : snapshot.members()) {
        bytes += FIXED_BYTES + member.subscription().remaining() + member.assignment().remaining();
      }
      return bytes;
    }
  }

  /** The group is gone. */
  record GroupErased(String groupId) implements StateRecord {
    @Override
    public int estimatedBytes() {
      return FIXED_BYTES + groupId.length();
    }
  }
}
