package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ElectLeadersRequest;
import io.weir.protocol.message.ElectLeadersResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides ElectLeaders: leaders that an operator asks for. Confined to the controller's thread.
 *
 * <ul>
 *   <li>Preferred: the first assigned replica leads, if it is in sync and electable.
 *   <li>Unclean: a partition without a leader gets one, although it is not in sync ({@link
 *       UncleanElection}).
 * </ul>
 *
 * <p>Who asks for all partitions is told of those that were elected or should have been; who names
 * partitions is told of each, once, however often it is named.
 */
final class LeaderRequests {
  private static final byte PREFERRED = 0;
  private static final byte UNCLEAN = 1;

  private final Draft draft;
  private final Roster roster;
  private final UncleanElection uncleanElection;

  LeaderRequests(Draft draft, Roster roster, UncleanElection uncleanElection) {
    this.draft = draft;
    this.roster = roster;
    this.uncleanElection = uncleanElection;
  }

  /** What a request comes to: answers by topic, changes, and whom the changes cost records. */
  private record Outcome(
      Map<String, Map<Integer, ElectLeadersResponse.Partition>> results,
      List<MetadataRecord> changes,
      Losses losses) {}

  ElectLeadersResponse elect(ElectLeadersRequest request) {
    byte type = request.electionType();
    if (type != PREFERRED && type != UNCLEAN) {
      return ElectLeadersResponse.builder().errorCode(ErrorCode.INVALID_REQUEST).build();
    }
    Outcome outcome = new Outcome(new LinkedHashMap<>(), new ArrayList<>(), new Losses());
    List<ElectLeadersRequest.Topic> named = request.topicPartitions();
    if (named == null) {
      electAll(type, outcome);
    } else {
      named.forEach(topic -> electNamed(type, topic, outcome));
    }
    draft.change(outcome.changes());
    outcome.losses().notice(draft);

    List<ElectLeadersResponse.Topic> topics = new ArrayList<>();
    outcome
        .results()
        .forEach((topic, partitions) ->
            topics.add(
                ElectLeadersResponse.Topic.builder()
                    .topic(topic)
                    .partitionResult(List.copyOf(partitions.values()))
                    .build()));
    return ElectLeadersResponse.builder().replicaElectionResults(topics).build();
  }

  private void electAll(byte type, Outcome outcome) {
    for (TopicImage topic : draft.image().topics()) {
      for (PartitionImage partition : topic.partitions()) {
        Refusal refusal = elect(type, topic, partition, outcome);
        if (refusal == null || refusal.error() != ErrorCode.ELECTION_NOT_NEEDED) {
          answer(topic.name(), partition.partition(), refusal, outcome);
        }
      }
    }
  }

  private void electNamed(byte type, ElectLeadersRequest.Topic named, Outcome outcome) {
    TopicImage topic = draft.image().topic(named.topic());
    for (int index : named.partitions()) {
      Refusal refusal;
      if (outcome.results().getOrDefault(named.topic(), Map.of()).containsKey(index)) {
        continue;
      } else if (topic == null || index < 0 || index >= topic.partitions().size()) {
        refusal = new Refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no such partition");
      } else {
        refusal = elect(type, topic, topic.partitions().get(index), outcome);
      }
      answer(named.topic(), index, refusal, outcome);
    }
  }

  private static void answer(
      String topic, int partition, @Nullable Refusal refusal, Outcome outcome) {
    outcome
        .results()
        .computeIfAbsent(topic, _ -> new LinkedHashMap<>())
        .put(
            partition,
            ElectLeadersResponse.Partition.builder()
                .partitionId(partition)
                .errorCode(refusal == null ? ErrorCode.NONE : refusal.error())
                .errorMessage(refusal == null ? null : refusal.words())
                .build());
  }

  private @Nullable Refusal elect(
      byte type, TopicImage topic, PartitionImage partition, Outcome outcome) {
    try {
      PartitionImage elected =
          type == PREFERRED ? preferred(topic, partition) : unclean(topic, partition);
      outcome.changes().add(new PartitionWritten(topic.id(), elected));
      outcome.losses().look(topic.name(), partition, elected);
      return null;
    } catch (Refusal refusal) {
      return refusal;
    }
  }

  private PartitionImage preferred(TopicImage topic, PartitionImage partition) throws Refusal {
    int preferred = partition.replicas().getFirst();
    if (partition.leader() == preferred) {
      throw new Refusal(
          ErrorCode.ELECTION_NOT_NEEDED, "the preferred replica leads the partition already");
    }
    TopicIdPartition id = new TopicIdPartition(topic.id(), partition.partition());
    if (!partition.inSyncReplicas().contains(preferred)
        || !roster.isElectable(preferred)
        || !roster.isOnline(preferred, id)) {
      throw new Refusal(
          ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
          "the preferred replica, node " + preferred + ", is not alive and in sync");
    }
    return partition.changedTo(preferred, partition.inSyncReplicas());
  }

  private PartitionImage unclean(TopicImage topic, PartitionImage partition) throws Refusal {
    if (partition.hasLeader()) {
      throw new Refusal(
          ErrorCode.ELECTION_NOT_NEEDED,
          "node " + partition.leader() + " leads the partition already");
    }
    PartitionImage elected = uncleanElection.decide(topic, partition);
    if (!elected.hasLeader()) {
      throw new Refusal(
          ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE, "no replica of the partition can be elected");
    }
    return elected;
  }
}
