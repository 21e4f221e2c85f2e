package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.PartitionImage;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What becomes of a partition when nodes come, die, restart or lose their disk. One rule over the
 * whole in-sync set:
 *
 * <ul>
 *   <li>A wiped replica leaves the in-sync set, whatever is left of it.
 *   <li>The leader stays while it is alive, in sync and did not restart. Else the first assigned
 *       replica takes over that is in sync, electable and did not restart; else the first that did
 *       restart; else nobody.
 *   <li>Dead members leave the in-sync set only when there is a leader to go on without them, and
 *       restarted ones only when that leader did not restart itself. Until then each of them holds
 *       all that was acknowledged, so whoever returns first may be elected.
 * </ul>
 *
 * <p>A leader that restarted and is elected again begins a new epoch: its log may have lost what
 * its followers have of the old one.
 *
 * <p>Immutable.
 *
 * @param alive nodes not known to be dead
 * @param electable nodes that may be given a leadership
 * @param restarted nodes whose earlier process died since the partition's state was made up
 * @param wiped nodes whose disk is another one
 */
record LeaderElection(
    IntPredicate alive, IntPredicate electable, Set<Integer> restarted, Set<Integer> wiped) {

  /** The partition's new state; the same object when nothing changes. */
  PartitionImage decide(PartitionImage partition) {
    List<Integer> inSync = without(partition.inSyncReplicas(), wiped::contains);
    int leader = leader(partition, inSync);
    if (leader == PartitionImage.NO_LEADER) {
      return partition.changedTo(PartitionImage.NO_LEADER, inSync);
    }
    boolean survived = !restarted.contains(leader);
    List<Integer> rest =
        without(
            inSync, replica -> !alive.test(replica) || (survived && restarted.contains(replica)));
    return survived ? partition.changedTo(leader, rest) : partition.electing(leader, rest);
  }

  private int leader(PartitionImage partition, List<Integer> inSync) {
    int current = partition.leader();
    if (inSync.contains(current) && alive.test(current) && !restarted.contains(current)) {
      return current;
    }
    int fallback = PartitionImage.NO_LEADER;
    for (int replica : partition.replicas()) {
      if (inSync.contains(replica) && electable.test(replica)) {
        if (!restarted.contains(replica)) {
          return replica;
        }
        if (fallback == PartitionImage.NO_LEADER) {
          fallback = replica;
        }
      }
    }
    return fallback;
  }

  private static List<Integer> without(List<Integer> replicas, IntPredicate gone) {
    return replicas.stream().filter(replica -> !gone.test(replica)).toList();
  }
}
