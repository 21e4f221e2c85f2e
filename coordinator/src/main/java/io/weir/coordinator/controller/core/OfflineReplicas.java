package io.weir.coordinator.controller.core;

import io.weir.coordinator.controller.core.ControllerEvent.ReplicasReported;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Replicas whose disk failed on nodes that live. For its partition such a replica is what one on a
 * dead node is: it does not lead, and it leaves the in-sync set where another can go on without it.
 * Stateless.
 */
final class OfflineReplicas {
  private OfflineReplicas() {}

  /** The partition's new state; the same object when nothing changes. */
  static PartitionImage decide(
      TopicImage topic, PartitionImage partition, LeaderElection election, Roster roster) {
    TopicIdPartition id = new TopicIdPartition(topic.id(), partition.partition());
    IntPredicate online = replica -> roster.isOnline(replica, id);
    return new LeaderElection(
            replica -> election.alive().test(replica) && online.test(replica),
            replica -> election.electable().test(replica) && online.test(replica),
            election.restarted(),
            election.wiped())
        .decide(partition);
  }

  /** Decides about the partitions that a report names. */
  static void decide(
      ReplicasReported reported,
      LeaderElection election,
      UncleanElection uncleanElection,
      Roster roster,
      Draft draft) {
    Set<TopicIdPartition> named = new LinkedHashSet<>(reported.failed());
    named.addAll(reported.recovered());
    List<MetadataRecord> changes = new ArrayList<>();
    Losses losses = new Losses();
    for (TopicIdPartition id : named) {
      TopicImage topic = draft.image().topic(id.topicId());
      PartitionImage partition = topic == null ? null : topic.partition(id.partition());
      if (topic == null || partition == null) {
        continue;
      }
      PartitionImage decided =
          uncleanElection.decideWhereAllowed(topic, decide(topic, partition, election, roster));
      if (!decided.equals(partition)) {
        changes.add(new PartitionWritten(id.topicId(), decided));
        losses.look(topic.name(), partition, decided);
      }
    }
    draft.change(changes);
    losses.notice(draft);
  }
}
