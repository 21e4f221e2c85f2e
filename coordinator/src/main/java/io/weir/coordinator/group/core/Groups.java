package io.weir.coordinator.group.core;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.Now;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The groups of one shard. Confined to the shard. */
final class Groups {
  private final Map<String, Group> byId = new HashMap<>();
  private final GroupSettings settings;
  private final MemberIds memberIds;
  private final Supplier<MetadataImage> metadata;

  Groups(GroupSettings settings, MemberIds memberIds, Supplier<MetadataImage> metadata) {
    this.metadata = metadata;
    this.settings = settings;
    this.memberIds = memberIds;
  }

  @Nullable Group find(String groupId) {
    return byId.get(groupId);
  }

  Group findOrCreate(String groupId) {
    return byId.computeIfAbsent(
        groupId, id -> new Group(id, new ClassicGroup(id, settings, memberIds)));
  }

  Collection<Group> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** The group's members from now on, who are under the consumer protocol. */
  ConsumerGroup becomeConsumer(
      Group group, ConsumerGroupState state, ConsumerGroup.@Nullable ClassicTrace before) {
    ConsumerGroup members =
        new ConsumerGroup(
            group.id(),
            settings.consumer(),
            memberIds,
            metadata,
            state,
            before,
            becomesClassic(group));
    group.become(members);
    return members;
  }

  /** The group has no members and is of the classic protocol from now on. */
  ClassicGroup becomeClassic(Group group, int generation) {
    ClassicGroup members = new ClassicGroup(group.id(), settings, memberIds);
    members.continueAfter(generation);
    group.become(members);
    return members;
  }

  private ConsumerGroup.@Nullable Successor becomesClassic(Group group) {
    if (!settings.consumer().migrationPolicy().downgrades()) {
      return null;
    }
    return new ConsumerGroup.Successor() {
      @Override
      public int maxSize() {
        return settings.maxSize();
      }

      @Override
      public ClassicGroup take(Downgrade downgrade, Now now, Effects out) {
        ClassicGroup members = becomeClassic(group, downgrade.generation());
        members.takeOver(downgrade, now, out);
        return members;
      }
    };
  }

  MetadataImage image() {
    return metadata.get();
  }

  void forget(Group group) {
    byId.remove(group.id(), group);
  }

  /**
   * Makes a committed record's offset visible. Records about a classic membership are checkpoints
   * of what the group knows already.
   */
  void apply(StateRecord record) {
    switch (record) {
      case StateRecord.OffsetStored stored ->
          findOrCreate(stored.groupId()).offsets().store(stored.partition(), stored.offset());
      case StateRecord.OffsetErased erased -> {
        Group group = byId.get(erased.groupId());
        if (group != null) {
          group.offsets().erase(erased.partition());
        }
      }
      case ConsumerGroupRecord changed -> {
        Group group = byId.get(changed.groupId());
        if (group != null && group.membership() instanceof ConsumerGroup members) {
          members.apply(changed);
        }
      }
      case StateRecord.GroupStored stored -> {}
      case StateRecord.GroupErased erased -> {}
    }
  }
}
