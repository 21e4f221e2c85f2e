package io.weir.coordinator.group.core;

/**
 * A group: its membership and its offsets, which can exist without each other. Confined to the
 * shard.
 */
final class Group {
  private final String id;
  private Membership membership;
  private final GroupOffsets offsets = new GroupOffsets();

  Group(String id, Membership membership) {
    this.id = id;
    this.membership = membership;
  }

  String id() {
    return id;
  }

  Membership membership() {
    return membership;
  }

  /** From now on the members are under the other protocol. */
  void become(Membership next) {
    membership = next;
  }

  GroupOffsets offsets() {
    return offsets;
  }

  /** Whether nobody would notice if the group were forgotten. */
  boolean isBlank() {
    return membership.isBlank() && offsets.isBlank();
  }
}
