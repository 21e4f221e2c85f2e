package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Set;

/**
 * What a member has. Immutable.
 *
 * @param epoch of the group up to which the member has come; {@link #AWAY} while a static member is
 *     away
 * @param previousEpoch the one before, in which the member may still believe to be
 * @param assigned it may read these
 * @param revoking it has to give these up, and nobody else gets them before it says that it did
 */
public record CurrentAssignment(
    int epoch,
    int previousEpoch,
    Phase phase,
    Set<TopicIdPartition> assigned,
    Set<TopicIdPartition> revoking) {
  static final int JOINING = 0;
  static final int LEFT = -1;

  /** A static member has left, to come back under its instance id. */
  static final int AWAY = -2;

  static final CurrentAssignment NOTHING =
      new CurrentAssignment(JOINING, JOINING, Phase.STABLE, Set.of(), Set.of());

  public CurrentAssignment {
    assigned = Set.copyOf(assigned);
    revoking = Set.copyOf(revoking);
  }

  /** How far a member is on its way to its target. */
  public enum Phase {
    /** It has what its epoch's target gives it. */
    STABLE,
    /** It has yet to give partitions up, and stays in its epoch meanwhile. */
    UNREVOKED_PARTITIONS,
    /** Others have yet to give up what it shall get. */
    UNRELEASED_PARTITIONS
  }

  boolean holds(TopicIdPartition partition) {
    return assigned.contains(partition) || revoking.contains(partition);
  }
}
