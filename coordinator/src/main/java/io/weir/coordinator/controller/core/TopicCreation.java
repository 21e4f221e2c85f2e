package io.weir.coordinator.controller.core;

import io.weir.coordinator.TopicDefaults;
import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.CreateTopicsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Decides CreateTopics. Confined to the controller's thread. */
final class TopicCreation {
  private static final int UNSPECIFIED = -1;
  private static final UUID NO_ID = new UUID(0, 0);
  private static final byte SET_FOR_TOPIC = 1;
  private static final byte DEFAULT = 5;

  private final Draft draft;
  private final Roster roster;
  private final TopicDefaults defaults;
  private final ConfigRules rules;
  private final Supplier<UUID> topicIds;

  TopicCreation(
      Draft draft,
      Roster roster,
      TopicDefaults defaults,
      ConfigRules rules,
      Supplier<UUID> topicIds) {
    this.draft = draft;
    this.roster = roster;
    this.defaults = defaults;
    this.rules = rules;
    this.topicIds = topicIds;
  }

  CreateTopicsResponse create(CreateTopicsRequest request, long seed) {
    Map<String, List<CreateTopicsRequest.Topic>> byName = new LinkedHashMap<>();
    request
        .topics()
        .forEach(topic -> byName.computeIfAbsent(topic.name(), _ -> new ArrayList<>()).add(topic));
    ReplicaPlacement placement = Assignments.placement(draft.image(), roster, seed);
    List<CreateTopicsResponse.Topic> answers = new ArrayList<>();
    byName.forEach((name, wanted) -> {
      try {
        if (wanted.size() > 1) {
          throw new Refusal(ErrorCode.INVALID_REQUEST, "the request names the topic twice");
        }
        answers.add(create(wanted.getFirst(), placement, request.validateOnly()));
      } catch (Refusal refusal) {
        answers.add(
            CreateTopicsResponse.Topic.builder()
                .name(name)
                .errorCode(refusal.error())
                .errorMessage(refusal.words())
                .build());
      }
    });
    return CreateTopicsResponse.builder().topics(answers).build();
  }

  private CreateTopicsResponse.Topic create(
      CreateTopicsRequest.Topic wanted, ReplicaPlacement placement, boolean validateOnly)
      throws Refusal {
    checkName(wanted.name());
    Map<String, String> config = config(wanted);
    rules.check(config);
    List<List<Integer>> assigned =
        wanted.assignments().isEmpty() ? placed(wanted, placement) : given(wanted);
    TopicImage topic =
        new TopicImage(
            validateOnly ? NO_ID : topicIds.get(),
            wanted.name(),
            config,
            Assignments.partitions(0, assigned, roster));
    if (!validateOnly) {
      draft.change(new TopicWritten(topic));
    }
    return answer(topic);
  }

  private void checkName(String name) throws Refusal {
    String refusal = TopicNames.refusal(name);
    if (refusal != null) {
      throw new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, refusal);
    }
    if (draft.image().topic(name) != null) {
      throw new Refusal(ErrorCode.TOPIC_ALREADY_EXISTS, "topic '" + name + "' already exists");
    }
    String folded = folded(name);
    if (folded.indexOf('_') < 0) {
      return;
    }
    for (TopicImage other : draft.image().topics()) {
      if (folded(other.name()).equals(folded)) {
        throw new Refusal(
            ErrorCode.INVALID_TOPIC_EXCEPTION,
            "topic '"
                + name
                + "' collides with '"
                + other.name()
                + "': names must differ in more than '.' and '_', which metrics cannot tell apart");
      }
    }
  }

  private static String folded(String name) {
    return name.replace('.', '_');
  }

  private static Map<String, String> config(CreateTopicsRequest.Topic wanted) throws Refusal {
    Map<String, String> config = new LinkedHashMap<>();
    for (CreateTopicsRequest.Config entry : wanted.configs()) {
      String value = entry.value();
      if (value == null) {
        throw new Refusal(ErrorCode.INVALID_CONFIG, "setting '" + entry.name() + "' has no value");
      }
      if (config.put(entry.name(), value) != null) {
        throw new Refusal(
            ErrorCode.INVALID_CONFIG, "setting '" + entry.name() + "' is given twice");
      }
    }
    return config;
  }

  private List<List<Integer>> placed(CreateTopicsRequest.Topic wanted, ReplicaPlacement placement)
      throws Refusal {
    int count =
        wanted.numPartitions() == UNSPECIFIED ? defaults.partitions() : wanted.numPartitions();
    int replicationFactor =
        wanted.replicationFactor() == UNSPECIFIED
            ? defaults.replicationFactor()
            : wanted.replicationFactor();
    if (count < 1) {
      throw new Refusal(
          ErrorCode.INVALID_PARTITIONS, "the number of partitions must be at least 1");
    }
    Assignments.checkCount(draft.image(), count, count);
    Assignments.checkReplicationFactor(replicationFactor, placement);
    return placement.place(List.of(), count, replicationFactor);
  }

  private List<List<Integer>> given(CreateTopicsRequest.Topic wanted) throws Refusal {
    if (wanted.numPartitions() != UNSPECIFIED || wanted.replicationFactor() != UNSPECIFIED) {
      throw new Refusal(
          ErrorCode.INVALID_REQUEST,
          "with assignments, number of partitions and replication factor must be left at -1");
    }
    int count = wanted.assignments().size();
    Assignments.checkCount(draft.image(), count, count);
    Map<Integer, List<Integer>> byIndex = new HashMap<>();
    for (CreateTopicsRequest.Assignment assignment : wanted.assignments()) {
      if (byIndex.put(assignment.partitionIndex(), assignment.brokerIds()) != null) {
        throw new Refusal(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partition " + assignment.partitionIndex() + " is assigned twice");
      }
    }
    List<List<Integer>> assigned = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<Integer> replicas = byIndex.get(i);
      if (replicas == null) {
        throw new Refusal(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partitions must be numbered from 0 without gaps, and " + i + " is missing");
      }
      int replicationFactor = assigned.isEmpty() ? replicas.size() : assigned.getFirst().size();
      Assignments.checkGiven(i, replicas, replicationFactor, roster);
      assigned.add(List.copyOf(replicas));
    }
    return assigned;
  }

  private CreateTopicsResponse.Topic answer(TopicImage topic) {
    return CreateTopicsResponse.Topic.builder()
        .name(topic.name())
        .topicId(topic.id())
        .errorCode(ErrorCode.NONE)
        .numPartitions(topic.partitions().size())
        .replicationFactor((short) topic.partitions().getFirst().replicas().size())
        .configs(configs(topic.config()))
        .build();
  }

  private List<CreateTopicsResponse.Config> configs(Map<String, String> set) {
    Map<String, String> all = new TreeMap<>(rules.configs().defaults());
    all.putAll(set);
    List<CreateTopicsResponse.Config> configs = new ArrayList<>();
    all.forEach((name, value) ->
        configs.add(
            CreateTopicsResponse.Config.builder()
                .name(name)
                .value(value)
                .configSource(set.containsKey(name) ? SET_FOR_TOPIC : DEFAULT)
                .build()));
    return configs;
  }
}
