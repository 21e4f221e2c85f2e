package io.weir.coordinator.controller.core;

import io.weir.coordinator.controller.core.ControllerEffect.CountUncleanElections;
import io.weir.coordinator.controller.core.ControllerEffect.Severity;
import io.weir.coordinator.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decision about all partitions costs, for the log: which of them lost their data, may have
 * lost records, or are offline. Confined to the controller's thread.
 */
final class Losses {
  private static final int NAMED = 10;

  private final List<String> wiped = new ArrayList<>();
  private final List<String> leaderless = new ArrayList<>();
  private final List<String> unclean = new ArrayList<>();

  void look(String topic, PartitionImage before, PartitionImage after) {
    String name = topic + "-" + after.partition();
    if (after.hasLeader() && !before.inSyncReplicas().contains(after.leader())) {
      unclean.add(
          name + " (led by " + after.leader() + ", was in sync: " + before.inSyncReplicas() + ")");
    } else if (after.inSyncReplicas().isEmpty() && !before.inSyncReplicas().isEmpty()) {
      wiped.add(name + " (was in sync: " + before.inSyncReplicas() + ")");
    } else if (!after.hasLeader() && before.hasLeader()) {
      leaderless.add(name + " (in sync: " + after.inSyncReplicas() + ")");
    }
  }

  void notice(Draft draft) {
    if (!wiped.isEmpty()) {
      draft.notice(
          Severity.ERROR,
          wiped.size()
              + " partitions are offline for good, because the disk of their last in-sync replica"
              + " was lost: "
              + some(wiped));
    }
    if (!unclean.isEmpty()) {
      draft.effect(new CountUncleanElections(unclean.size()));
      draft.notice(
          Severity.ERROR,
          unclean.size()
              + " partitions are led by a replica that was not in sync; acknowledged records may be"
              + " lost: "
              + some(unclean));
    }
    if (!leaderless.isEmpty()) {
      draft.notice(
          Severity.WARN,
          leaderless.size()
              + " partitions have no leader until an in-sync replica returns: "
              + some(leaderless));
    }
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() <= NAMED ? first : first + ", ...";
  }
}
