package io.weir.coordinator.zookeeper;

import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.controller.core.RegisteredNode;
import io.weir.coordinator.controller.core.StoredState;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.zookeeper.AsyncReads.Znode;
import io.weir.coordinator.zookeeper.PartitionStates.State;
import io.weir.coordinator.zookeeper.TopicCodec.StoredTopic;
import io.weir.protocol.model.TopicIdPartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all that a new controller needs: three listings, then every znode in one pipelined burst.
 * To be called after the fence is set, so that nothing of it can change meanwhile but the nodes'
 * own registrations.
 */
record Takeover(StoredState state, WritePlan plan) {
  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  static Takeover read(ZooKeeper zooKeeper, Paths paths, int controllerEpoch)
      throws KeeperException, InterruptedException {
    List<String> brokers = zooKeeper.getChildren(paths.brokers(), false);
    List<String> storage = zooKeeper.getChildren(paths.storage(), false);
    List<String> topicNames = zooKeeper.getChildren(paths.topics(), false);
    List<String> buckets = zooKeeper.getChildren(paths.partitionStates(), false);

    Set<String> all = new HashSet<>(Set.of(paths.clusterId(), paths.producerIds()));
    brokers.forEach(id -> all.add(paths.brokers() + "/" + id));
    storage.forEach(id -> all.add(paths.storage() + "/" + id));
    topicNames.forEach(name -> all.add(paths.topic(name)));
    buckets.forEach(bucket -> all.add(paths.partitionStates() + "/" + bucket));
    Map<String, Znode> znodes = AsyncReads.read(zooKeeper, all);

    PartitionStates states = states(znodes, paths);
    List<TopicImage> topics = new ArrayList<>();
    for (String name : topicNames) {
      Znode znode = znodes.get(paths.topic(name));
      if (znode != null) {
        topics.add(image(TopicCodec.read(name, znode.data()), states));
      }
    }
    StoredState state =
        new StoredState(
            controllerEpoch,
            text(znodes, paths.clusterId(), ""),
            registered(brokers, znodes, paths),
            known(storage, znodes, paths),
            topics,
            Long.parseLong(text(znodes, paths.producerIds(), "0")));
    return new Takeover(state, new WritePlan(paths, states, topics, znodes.keySet()));
  }

  private static String text(Map<String, Znode> znodes, String path, String otherwise) {
    Znode znode = znodes.get(path);
    return znode == null ? otherwise : new String(znode.data(), StandardCharsets.UTF_8);
  }

  private static Map<Integer, RegisteredNode> registered(
      List<String> ids, Map<String, Znode> znodes, Paths paths) {
    Map<Integer, RegisteredNode> registered = new HashMap<>();
    for (String id : ids) {
      Znode znode = znodes.get(paths.brokers() + "/" + id);
      if (znode != null) {
        int nodeId = nodeId(id);
        registered.put(
            nodeId,
            new RegisteredNode(RegistrationCodec.read(nodeId, znode.data()), znode.czxid()));
      }
    }
    return registered;
  }

  private static Map<Integer, KnownNode> known(
      List<String> ids, Map<String, Znode> znodes, Paths paths) {
    Map<Integer, KnownNode> known = new HashMap<>();
    for (String id : ids) {
      Znode znode = znodes.get(paths.storage() + "/" + id);
      if (znode != null) {
        int nodeId = nodeId(id);
        known.put(nodeId, RegistrationCodec.readKnown(nodeId, znode.data()));
      }
    }
    return known;
  }

  private static int nodeId(String name) {
    try {
      return Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw new StoredDataException("'" + name + "' in ZooKeeper is not a node id", e);
    }
  }

  private static PartitionStates states(Map<String, Znode> znodes, Paths paths) {
    PartitionStates states = new PartitionStates();
    for (int bucket = 0; bucket < PartitionStates.BUCKETS; bucket++) {
      Znode znode = znodes.get(paths.partitionStates(bucket));
      if (znode != null) {
        states.read(bucket, znode.data());
      }
    }
    return states;
  }

  private static TopicImage image(StoredTopic topic, PartitionStates states) {
    List<PartitionImage> partitions = new ArrayList<>();
    for (List<Integer> replicas : topic.assignment()) {
      int index = partitions.size();
      State state = states.get(new TopicIdPartition(topic.id(), index));
      if (state == null) {
        log.error(
            "partition {}-{} has no state in ZooKeeper: it stays offline", topic.name(), index);
        state = new State(PartitionImage.NO_LEADER, 0, 0, List.of());
      }
      partitions.add(
          new PartitionImage(
              index,
              replicas,
              state.inSync(),
              state.leader(),
              state.leaderEpoch(),
              state.partitionEpoch()));
    }
    return new TopicImage(topic.id(), topic.name(), topic.config(), partitions);
  }
}
