package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.TopicIdPartition;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Gives a partition without a leader to a replica that is not in sync: service returns, and
 * whatever only the in-sync replicas had is lost. The first assigned replica that is electable
 * begins a new leader epoch and is the whole in-sync set; the others cut their logs to it as to any
 * new leader. A node whose disk was lost comes last until it has been in sync with all that is
 * assigned to it: elected, it would have the others cut all they have.
 *
 * <p>Not done while a replica that is in sync is held to be alive, though it cannot be elected at
 * the moment: it is back, or dead, within a lease. A replica whose disk failed is as good as dead.
 *
 * <p>Confined to the controller's thread.
 */
final class UncleanElection {
  private static final String SETTING = "unclean.leader.election.enable";

  private final Roster roster;
  private final boolean byDefault;
  private final IntPredicate diskLost;

  /**
   * @param byDefault what topics allow that do not say
   * @param diskLost nodes that may not have their data again yet
   */
  UncleanElection(Roster roster, boolean byDefault, IntPredicate diskLost) {
    this.roster = roster;
    this.byDefault = byDefault;
    this.diskLost = diskLost;
  }

  /** As {@link #decide}, if the topic allows such leaders without being asked for them. */
  PartitionImage decideWhereAllowed(TopicImage topic, PartitionImage partition) {
    return isAllowedBy(topic) ? decide(topic, partition) : partition;
  }

  private boolean isAllowedBy(TopicImage topic) {
    String set = topic.config().get(SETTING);
    return set == null ? byDefault : Boolean.parseBoolean(set.strip());
  }

  /** The partition with such a leader; the same object when it has a leader or gets none. */
  PartitionImage decide(TopicImage topic, PartitionImage partition) {
    TopicIdPartition id = new TopicIdPartition(topic.id(), partition.partition());
    if (partition.hasLeader()
        || partition.inSyncReplicas().stream()
            .anyMatch(replica -> roster.isAlive(replica) && roster.isOnline(replica, id))) {
      return partition;
    }
    return partition.replicas().stream()
        .filter(replica -> roster.isElectable(replica) && roster.isOnline(replica, id))
        .min(Comparator.comparing(diskLost::test))
        .map(replica -> partition.electing(replica, List.of(replica)))
        .orElse(partition);
  }
}
