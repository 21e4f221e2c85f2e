package io.weir.coordinator.group.assignor;

import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Members' shares while a uniform assignment is being made. Confined to that.
 *
 * <p>Balance is that of an optimal semi-matching: while a chain of moves leads from a member to one
 * that has at least two partitions fewer, the chain is taken. Each such chain lowers the sum of the
 * squares of the shares, so that this ends.
 */
final class Shares {
  private static final Comparator<Share> LEAST_FIRST =
      Comparator.comparingInt(Share::size).thenComparing(share -> share.id);

  /** What one member has. */
  private static final class Share {
    private final String id;
    private final AssignmentInput.Member member;
    private final Map<UUID, NavigableSet<Integer>> held = new TreeMap<>();
    private int size;

    Share(String id, AssignmentInput.Member member) {
      this.id = id;
      this.member = member;
    }

    int size() {
      return size;
    }

    void add(TopicIdPartition partition) {
      held.computeIfAbsent(partition.topicId(), id -> new TreeSet<>()).add(partition.partition());
      size++;
    }

    void remove(TopicIdPartition partition) {
      NavigableSet<Integer> ofTopic = held.get(partition.topicId());
      if (ofTopic != null && ofTopic.remove(partition.partition())) {
        size--;
        if (ofTopic.isEmpty()) {
          held.remove(partition.topicId());
        }
      }
    }

    Set<TopicIdPartition> partitions() {
      Set<TopicIdPartition> all = new HashSet<>();
      held.forEach((topic, indexes) ->
          indexes.forEach(index -> all.add(new TopicIdPartition(topic, index))));
      return Collections.unmodifiableSet(all);
    }
  }

  private final AssignmentInput input;
  private final List<Share> shares = new ArrayList<>();
  private final Map<UUID, List<Share>> byTopic = new TreeMap<>();
  private final Set<TopicIdPartition> taken = new HashSet<>();

  Shares(AssignmentInput input) {
    this.input = input;
    input
        .members()
        .forEach((id, member) -> {
          Share share = new Share(id, member);
          shares.add(share);
          for (UUID topic : member.topics()) {
            if (input.topics().containsKey(topic)) {
              byTopic.computeIfAbsent(topic, key -> new ArrayList<>()).add(share);
            }
          }
        });
  }

  void keepPrevious() {
    for (Share share : shares) {
      for (TopicIdPartition partition : share.member.previous()) {
        if (input.exists(partition)
            && share.member.topics().contains(partition.topicId())
            && taken.add(partition)) {
          share.add(partition);
        }
      }
    }
  }

  /** Topics that few want come first, since later ones can make up for their imbalance. */
  void giveOutTheRest() {
    List<UUID> topics = new ArrayList<>(byTopic.keySet());
    topics.sort(Comparator.comparingInt(topic -> subscribers(topic).size()));
    for (UUID topic : topics) {
      List<TopicIdPartition> far = giveToNear(topic, unassigned(topic));
      PriorityQueue<Share> leastFirst = new PriorityQueue<>(LEAST_FIRST);
      leastFirst.addAll(subscribers(topic));
      for (TopicIdPartition partition : far) {
        Share least = leastFirst.remove();
        take(least, partition);
        leastFirst.add(least);
      }
    }
  }

  private List<TopicIdPartition> unassigned(UUID topic) {
    List<TopicIdPartition> partitions = new ArrayList<>();
    AssignmentInput.Topic known = input.topics().get(topic);
    for (int index = 0; known != null && index < known.partitions(); index++) {
      TopicIdPartition partition = new TopicIdPartition(topic, index);
      if (!taken.contains(partition)) {
        partitions.add(partition);
      }
    }
    return partitions;
  }

  /**
   * Gives partitions to members near them, as long as these stay within what all subscribers would
   * have on the average.
   *
   * @return those that found nobody
   */
  private List<TopicIdPartition> giveToNear(UUID topic, List<TopicIdPartition> partitions) {
    Map<String, PriorityQueue<Share>> byRack = new HashMap<>();
    int sum = partitions.size();
    for (Share share : subscribers(topic)) {
      sum += share.size();
      if (share.member.rack() != null) {
        byRack
            .computeIfAbsent(share.member.rack(), rack -> new PriorityQueue<>(LEAST_FIRST))
            .add(share);
      }
    }
    AssignmentInput.Topic known = input.topics().get(topic);
    if (byRack.isEmpty() || known == null) {
      return partitions;
    }
    int average = Math.ceilDiv(sum, subscribers(topic).size());
    List<TopicIdPartition> far = new ArrayList<>();
    for (TopicIdPartition partition : partitions) {
      PriorityQueue<Share> nearest = null;
      for (String rack : new TreeSet<>(known.racks().get(partition.partition()))) {
        PriorityQueue<Share> candidates = byRack.get(rack);
        if (candidates != null
            && (nearest == null
                || LEAST_FIRST.compare(candidates.element(), nearest.element()) < 0)) {
          nearest = candidates;
        }
      }
      if (nearest == null || nearest.element().size() >= average) {
        far.add(partition);
      } else {
        Share share = nearest.remove();
        take(share, partition);
        nearest.add(share);
      }
    }
    return far;
  }

  private void take(Share share, TopicIdPartition partition) {
    taken.add(partition);
    share.add(partition);
  }

  // ---- balance

  void balance() {
    boolean moved = !shares.isEmpty();
    while (moved) {
      moved = false;
      List<Share> mostFirst = new ArrayList<>(shares);
      mostFirst.sort(LEAST_FIRST.reversed());
      for (Share share : mostFirst) {
        while (share.size() >= smallest() + 2 && relieve(share)) {
          moved = true;
        }
      }
    }
  }

  private int smallest() {
    int smallest = Integer.MAX_VALUE;
    for (Share share : shares) {
      smallest = Math.min(smallest, share.size());
    }
    return smallest;
  }

  /** Takes a chain of moves from this member to one with at least two partitions fewer. */
  private boolean relieve(Share from) {
    Map<Share, Share> reachedFrom = new HashMap<>();
    Map<Share, UUID> over = new HashMap<>();
    Set<UUID> seen = new HashSet<>();
    Deque<Share> queue = new ArrayDeque<>(List.of(from));
    @Nullable Share best = null;
    while (!queue.isEmpty() && best == null) {
      Share share = queue.remove();
      for (UUID topic : share.held.keySet()) {
        if (!seen.add(topic)) {
          continue;
        }
        for (Share next : subscribers(topic)) {
          if (!next.equals(from) && reachedFrom.putIfAbsent(next, share) == null) {
            over.put(next, topic);
            queue.add(next);
            if (next.size() + 2 <= from.size()
                && (best == null || LEAST_FIRST.compare(next, best) < 0)) {
              best = next;
            }
          }
        }
      }
    }
    Share to = best;
    while (to != null && !to.equals(from)) {
      Share giver = reachedFrom.get(to);
      UUID topic = over.get(to);
      if (giver != null && topic != null) {
        move(giver, to, topic);
      }
      to = giver;
    }
    return best != null;
  }

  private void move(Share from, Share to, UUID topic) {
    NavigableSet<Integer> candidates = from.held.getOrDefault(topic, new TreeSet<>());
    TopicIdPartition chosen = null;
    int bestGain = Integer.MIN_VALUE;
    for (int index : candidates.descendingSet()) {
      TopicIdPartition partition = new TopicIdPartition(topic, index);
      // What was given out just now costs nothing to move; then distance decides.
      int gain =
          (from.member.previous().contains(partition) ? 0 : 4)
              + (to.member.previous().contains(partition) ? 8 : 0)
              + (input.isNear(to.member, partition) ? 1 : 0)
              - (input.isNear(from.member, partition) ? 1 : 0);
      if (gain > bestGain) {
        bestGain = gain;
        chosen = partition;
      }
    }
    if (chosen != null) {
      from.remove(chosen);
      to.add(chosen);
    }
  }

  private List<Share> subscribers(UUID topic) {
    return byTopic.getOrDefault(topic, List.of());
  }

  Map<String, Set<TopicIdPartition>> result() {
    Map<String, Set<TopicIdPartition>> result = new LinkedHashMap<>();
    shares.forEach(share -> result.put(share.id, share.partitions()));
    return result;
  }
}
