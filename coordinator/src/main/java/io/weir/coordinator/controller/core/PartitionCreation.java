package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.CreatePartitionsRequest;
import io.weir.protocol.message.CreatePartitionsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides CreatePartitions. Confined to the controller's thread. */
final class PartitionCreation {
  private final Draft draft;
  private final Roster roster;

  PartitionCreation(Draft draft, Roster roster) {
    this.draft = draft;
    this.roster = roster;
  }

  CreatePartitionsResponse create(CreatePartitionsRequest request, long seed) {
    Map<String, List<CreatePartitionsRequest.Topic>> byName = new LinkedHashMap<>();
    request
        .topics()
        .forEach(topic -> byName.computeIfAbsent(topic.name(), _ -> new ArrayList<>()).add(topic));
    ReplicaPlacement placement = Assignments.placement(draft.image(), roster, seed);
    List<CreatePartitionsResponse.Result> results = new ArrayList<>();
    byName.forEach((name, wanted) -> {
      CreatePartitionsResponse.Result.Builder result =
          CreatePartitionsResponse.Result.builder().name(name);
      try {
        if (wanted.size() > 1) {
          throw new Refusal(ErrorCode.INVALID_REQUEST, "the request names the topic twice");
        }
        TopicImage grown = grown(wanted.getFirst(), placement);
        if (!request.validateOnly()) {
          draft.change(new TopicWritten(grown));
        }
      } catch (Refusal refusal) {
        result.errorCode(refusal.error()).errorMessage(refusal.words());
      }
      results.add(result.build());
    });
    return CreatePartitionsResponse.builder().results(results).build();
  }

  private TopicImage grown(CreatePartitionsRequest.Topic wanted, ReplicaPlacement placement)
      throws Refusal {
    TopicImage topic = draft.image().topic(wanted.name());
    if (topic == null) {
      throw new Refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no such topic");
    }
    int before = topic.partitions().size();
    if (wanted.count() <= before) {
      throw new Refusal(
          ErrorCode.INVALID_PARTITIONS,
          "the topic has "
              + before
              + " partitions already; their number can only grow, and "
              + wanted.count()
              + " was asked for");
    }
    int added = wanted.count() - before;
    Assignments.checkCount(draft.image(), wanted.count(), added);
    List<List<Integer>> assigned = assigned(topic, added, wanted.assignments(), placement);
    List<PartitionImage> partitions = new ArrayList<>(topic.partitions());
    partitions.addAll(Assignments.partitions(before, assigned, roster));
    return new TopicImage(topic.id(), topic.name(), topic.config(), partitions);
  }

  private List<List<Integer>> assigned(
      TopicImage topic,
      int added,
      @Nullable List<CreatePartitionsRequest.Assignment> given,
      ReplicaPlacement placement)
      throws Refusal {
    int replicationFactor = topic.partitions().getFirst().replicas().size();
    if (given == null) {
      Assignments.checkReplicationFactor(replicationFactor, placement);
      List<List<Integer>> existing =
          topic.partitions().stream().map(PartitionImage::replicas).toList();
      return placement.place(existing, added, replicationFactor);
    }
    if (given.size() != added) {
      throw new Refusal(
          ErrorCode.INVALID_REPLICA_ASSIGNMENT,
          added + " partitions are to be added, but " + given.size() + " are assigned");
    }
    List<List<Integer>> assigned = new ArrayList<>(added);
    for (CreatePartitionsRequest.Assignment assignment : given) {
      int partition = topic.partitions().size() + assigned.size();
      Assignments.checkGiven(partition, assignment.brokerIds(), replicationFactor, roster);
      assigned.add(List.copyOf(assignment.brokerIds()));
    }
    return assigned;
  }
}
