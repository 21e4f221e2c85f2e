package io.weir.coordinator.group.core;

import io.weir.coordinator.group.core.CurrentAssignment.Phase;
import io.weir.protocol.model.TopicIdPartition;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One step of a member towards its target: first it gives up what it shall not keep, then it moves
 * to the target's epoch, then it gets what others have released. Pure.
 *
 * <pre>
 *                   has to give something up
 *          STABLE ────────────────────────────▶ UNREVOKED_PARTITIONS
 *           ▲  │                                   │  (epoch stays)
 *           │  │ somebody else holds               │ the member has given it up
 *           │  ▼ what it shall get                 ▼
 *   UNRELEASED_PARTITIONS ◀───────────────────  next epoch ──▶ STABLE
 * </pre>
 *
 * @param target what the member shall have
 * @param targetEpoch of the target
 * @param isFree whether nobody but the member itself holds the partition
 * @param owned what the member says that it holds; null when it does not say
 */
record Reconciliation(
    Set<TopicIdPartition> target,
    int targetEpoch,
    Predicate<TopicIdPartition> isFree,
    @Nullable Set<TopicIdPartition> owned) {

  CurrentAssignment next(CurrentAssignment now) {
    return switch (now.phase()) {
      case STABLE -> now.epoch() == targetEpoch ? now : advance(now);
      case UNREVOKED_PARTITIONS -> stillOwnsAny(now.revoking()) ? now : advance(now);
      case UNRELEASED_PARTITIONS -> advance(now);
    };
  }

  private CurrentAssignment advance(CurrentAssignment now) {
    Set<TopicIdPartition> kept = new HashSet<>(now.assigned());
    kept.retainAll(target);
    Set<TopicIdPartition> surplus = new HashSet<>(now.assigned());
    surplus.removeAll(target);
    if (!surplus.isEmpty() && stillOwnsAny(surplus)) {
      return new CurrentAssignment(
          now.epoch(), now.previousEpoch(), Phase.UNREVOKED_PARTITIONS, kept, surplus);
    }
    boolean complete = true;
    for (TopicIdPartition partition : target) {
      if (isFree.test(partition)) {
        kept.add(partition);
      } else {
        complete = false;
      }
    }
    return new CurrentAssignment(
        targetEpoch,
        now.epoch() == targetEpoch ? now.previousEpoch() : now.epoch(),
        complete ? Phase.STABLE : Phase.UNRELEASED_PARTITIONS,
        kept,
        Set.of());
  }

  /** Who does not say what it holds may hold all it ever got. */
  private boolean stillOwnsAny(Set<TopicIdPartition> partitions) {
    return owned == null || partitions.stream().anyMatch(owned::contains);
  }
}
