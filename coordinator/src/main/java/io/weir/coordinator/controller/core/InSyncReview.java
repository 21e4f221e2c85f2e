package io.weir.coordinator.controller.core;

import io.weir.coordinator.InSyncOutcome;
import io.weir.coordinator.controller.core.ControllerEvent.InSyncProposed;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.HashSet;
import java.util.List;

/**
 * Checks what leaders propose as in-sync sets and decides it. Of two proposals that build on the
 * same partition epoch the second is refused. A leader that does not know what became of a proposal
 * proposes the set that it has: that is written as a new partition epoch, so that the earlier one,
 * should it still be on its way, is refused. Confined to the controller's thread.
 */
final class InSyncReview {
  private final Draft draft;
  private final Roster roster;

  InSyncReview(Draft draft, Roster roster) {
    this.draft = draft;
    this.roster = roster;
  }

  InSyncOutcome review(InSyncProposed proposal) {
    TopicImage topic = draft.image().topic(proposal.topicId());
    if (topic == null) {
      return new InSyncOutcome.Refused(ErrorCode.UNKNOWN_TOPIC_ID);
    }
    PartitionImage partition = topic.partition(proposal.partition());
    if (partition == null) {
      return new InSyncOutcome.Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }
    ErrorCode refusal = refusal(proposal, partition);
    if (refusal != ErrorCode.NONE) {
      return new InSyncOutcome.Refused(refusal);
    }
    List<Integer> inSync =
        partition.replicas().stream().filter(proposal.inSync()::contains).toList();
    PartitionImage changed =
        new HashSet<>(inSync).equals(new HashSet<>(partition.inSyncReplicas()))
            ? partition.confirmed()
            : partition.changedTo(partition.leader(), inSync);
    draft.change(new MetadataRecord.PartitionWritten(topic.id(), changed));
    return new InSyncOutcome.Written(changed.partitionEpoch(), changed.inSyncReplicas());
  }

  private ErrorCode refusal(InSyncProposed proposal, PartitionImage partition) {
    if (partition.leader() != proposal.nodeId()) {
      return ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }
    if (partition.leaderEpoch() != proposal.leaderEpoch()) {
      return ErrorCode.FENCED_LEADER_EPOCH;
    }
    if (partition.partitionEpoch() != proposal.partitionEpoch()) {
      return ErrorCode.INVALID_UPDATE_VERSION;
    }
    List<Integer> inSync = proposal.inSync();
    if (!inSync.contains(partition.leader())
        || new HashSet<>(inSync).size() != inSync.size()
        || !partition.replicas().containsAll(inSync)) {
      return ErrorCode.INVALID_REQUEST;
    }
    boolean eligible =
        inSync.stream()
            .allMatch(member ->
                roster.isOnline(
                        member, new TopicIdPartition(proposal.topicId(), proposal.partition()))
                    && (partition.inSyncReplicas().contains(member)
                        ? roster.isAlive(member)
                        : roster.isElectable(member)));
    return eligible ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA;
  }
}
