package io.weir.coordinator.group.core;

/** Why a group rebalances. */
public enum RebalanceCause {
  MEMBER_JOINED("member-joined"),
  /** A member asks for it: its subscription has changed, or the leader saw new partitions. */
  MEMBER_REJOINED("member-rejoined"),
  MEMBER_LEFT("member-left"),
  /** A session ended, or a member did not fetch its assignment in time. */
  MEMBER_EXPIRED("member-expired"),
  /** A static member has come back and would have the group elect another protocol. */
  MEMBER_REPLACED("member-replaced"),
  /**
   * Topics that members want have come, gone or grown, and the coordinator shares them out anew.
   */
  TOPICS_CHANGED("topics-changed"),
  /** The last member of the consumer protocol has left a group, and the others share anew. */
  PROTOCOL_CHANGED("protocol-changed"),
  ASSIGNMENT_NOT_STORED("assignment-not-stored"),
  GROUP_TOO_LARGE("group-too-large");

  private final String shown;

  RebalanceCause(String shown) {
    this.shown = shown;
  }

  /** As metrics name it. */
  public String shown() {
    return shown;
  }
}
