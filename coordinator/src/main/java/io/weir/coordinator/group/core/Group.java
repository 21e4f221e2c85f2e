package io.weir.coordinator.group.core;

/**
 * A group: its membership and its offsets, which can exist without each other. Confined to the
 * shard.
 */
final class Group {
  private final String id;
  private final ClassicGroup membership;
  private final GroupOffsets offsets = new GroupOffsets();

  Group(String id, ClassicGroup membership) {
    this.id = id;
    this.membership = membership;
  }

  String id() {
    return id;
  }

  ClassicGroup membership() {
    return membership;
  }

  GroupOffsets offsets() {
    return offsets;
  }

  /** Whether nobody would notice if the group were forgotten. */
  boolean isBlank() {
    return membership.isBlank() && offsets.isBlank();
  }
}
