package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.Set;

/**
 * A group of the consumer protocol as it is shown to people. Immutable.
 *
 * @param state the field's name for it: Empty, Assigning, Reconciling, Stable, Dead
 */
public record ConsumerGroupDescription(
    String state, int groupEpoch, int assignmentEpoch, String assignor, List<Member> members) {

  public ConsumerGroupDescription {
    members = List.copyOf(members);
  }

  /** A member, what it has and what it shall have. Immutable. */
  public record Member(
      String memberId,
      int epoch,
      ConsumerMember member,
      Set<TopicIdPartition> assigned,
      Set<TopicIdPartition> target) {}
}
