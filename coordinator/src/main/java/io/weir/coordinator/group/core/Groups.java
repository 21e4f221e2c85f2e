package io.weir.coordinator.group.core;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The groups of one shard. Confined to the shard. */
final class Groups {
  private final Map<String, Group> byId = new HashMap<>();
  private final GroupSettings settings;
  private final MemberIds memberIds;

  Groups(GroupSettings settings, MemberIds memberIds) {
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

  void forget(Group group) {
    byId.remove(group.id(), group);
  }

  /**
   * Makes a committed record's offset visible. Records about membership are checkpoints of what the
   * group knows already.
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
      case StateRecord.GroupStored stored -> {}
      case StateRecord.GroupErased erased -> {}
    }
  }
}
