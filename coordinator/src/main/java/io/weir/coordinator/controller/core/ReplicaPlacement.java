package io.weir.coordinator.controller.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Places the replicas of new partitions. A topic is spread evenly first, leaders and replicas each;
 * among nodes that are equal in that, the one with the least in the whole cluster is taken; what is
 * equal still is decided by an order drawn from the seed. When all nodes name a rack, a partition's
 * replicas go to as many racks as there are.
 *
 * <p>Remembers what it placed, so that one instance places several topics evenly. Confined to one
 * thread.
 */
final class ReplicaPlacement {
  /** A node that may be given replicas. */
  record Candidate(int nodeId, @Nullable String rack) {}

  private static final class Load {
    private final Candidate node;
    private final int draw;
    private int leaders;
    private int replicas;
    private int topicLeaders;
    private int topicReplicas;

    Load(Candidate node, int draw) {
      this.node = node;
      this.draw = draw;
    }

    int nodeId() {
      return node.nodeId();
    }
  }

  private static final Comparator<Load> FEWEST_LEADERS =
      Comparator.<Load>comparingInt(load -> load.topicLeaders)
          .thenComparingInt(load -> load.topicReplicas)
          .thenComparingInt(load -> load.leaders)
          .thenComparingInt(load -> load.replicas)
          .thenComparingInt(load -> load.draw);

  private static final Comparator<Load> FEWEST_REPLICAS =
      Comparator.<Load>comparingInt(load -> load.topicReplicas)
          .thenComparingInt(load -> load.replicas)
          .thenComparingInt(load -> load.draw);

  private final Map<Integer, Load> loads = new HashMap<>();
  private final boolean racksKnown;

  ReplicaPlacement(List<Candidate> candidates, long seed) {
    List<Candidate> shuffled = shuffled(candidates, seed);
    for (int i = 0; i < shuffled.size(); i++) {
      loads.put(shuffled.get(i).nodeId(), new Load(shuffled.get(i), i));
    }
    racksKnown = candidates.stream().allMatch(candidate -> candidate.rack() != null);
  }

  int candidates() {
    return loads.size();
  }

  /** Takes account of a partition that is there already, of another topic. */
  void count(List<Integer> replicas) {
    for (int i = 0; i < replicas.size(); i++) {
      Load load = loads.get(replicas.get(i));
      if (load != null) {
        load.replicas++;
        load.leaders += i == 0 ? 1 : 0;
      }
    }
  }

  /**
   * Places partitions of one topic, whose partitions so far were counted already.
   *
   * @param existing the topic's partitions so far
   * @param replicationFactor at most {@link #candidates()}
   * @return for each new partition its replicas, the preferred leader first
   */
  List<List<Integer>> place(List<List<Integer>> existing, int count, int replicationFactor) {
    for (Load load : loads.values()) {
      load.topicLeaders = 0;
      load.topicReplicas = 0;
    }
    existing.forEach(this::countInTopic);
    List<List<Integer>> placed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<Integer> replicas = placeOne(replicationFactor);
      countInTopic(replicas);
      count(replicas);
      placed.add(replicas);
    }
    return placed;
  }

  private List<Integer> placeOne(int replicationFactor) {
    List<Integer> replicas = new ArrayList<>(replicationFactor);
    Set<String> racks = new HashSet<>();
    List<Load> left = new ArrayList<>(loads.values());
    while (replicas.size() < replicationFactor) {
      Comparator<Load> order = replicas.isEmpty() ? FEWEST_LEADERS : FEWEST_REPLICAS;
      Load chosen =
          left.stream()
              .min(
                  Comparator.<Load>comparingInt(load -> rackTaken(load, racks))
                      .thenComparing(order))
              .orElseThrow();
      left.remove(chosen);
      replicas.add(chosen.nodeId());
      if (racksKnown && chosen.node.rack() != null) {
        racks.add(chosen.node.rack());
      }
    }
    return List.copyOf(replicas);
  }

  private static int rackTaken(Load load, Set<String> racks) {
    String rack = load.node.rack();
    return rack != null && racks.contains(rack) ? 1 : 0;
  }

  private void countInTopic(List<Integer> replicas) {
    for (int i = 0; i < replicas.size(); i++) {
      Load load = loads.get(replicas.get(i));
      if (load != null) {
        load.topicReplicas++;
        load.topicLeaders += i == 0 ? 1 : 0;
      }
    }
  }

  private static List<Candidate> shuffled(List<Candidate> candidates, long seed) {
    List<Candidate> order = new ArrayList<>(candidates);
    long state = seed;
    for (int i = order.size() - 1; i > 0; i--) {
      state = mixed(state + 0x9E3779B97F4A7C15L);
      int j = (int) Long.remainderUnsigned(state, i + 1);
      Candidate swapped = order.get(i);
      order.set(i, order.get(j));
      order.set(j, swapped);
    }
    return order;
  }

  /**
   * A well-known finaliser of 64-bit hashes: each bit of the input moves about half of the output.
   */
  private static long mixed(long value) {
    long x = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
