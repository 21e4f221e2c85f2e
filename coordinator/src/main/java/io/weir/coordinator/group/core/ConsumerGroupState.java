package io.weir.coordinator.group.core;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the log says about one group of the consumer protocol. Changed by {@link #apply} alone, at
 * load as in use. Confined to the shard.
 *
 * <p>Invariant: a partition is held, that is assigned or being revoked, by one member at most.
 */
final class ConsumerGroupState {
  private final Map<String, ConsumerMember> members = new TreeMap<>();
  private final Map<String, Set<TopicIdPartition>> targets = new HashMap<>();
  private final Map<String, CurrentAssignment> current = new HashMap<>();
  private final Map<String, ConsumerGroupRecord.MatchedTopics> patterns = new HashMap<>();
  private final Map<String, String> memberByInstance = new HashMap<>();
  private final Map<TopicIdPartition, String> holders = new HashMap<>();
  private ConsumerGroupRecord.@Nullable GroupEpoch epoch;
  private int targetEpoch;

  void apply(ConsumerGroupRecord record) {
    switch (record) {
      case ConsumerGroupRecord.Epoch changed -> epoch = changed.value();
      case ConsumerGroupRecord.TargetEpoch changed ->
          targetEpoch = changed.value() == null ? 0 : changed.value();
      case ConsumerGroupRecord.Member changed -> applyMember(changed.memberId(), changed.value());
      case ConsumerGroupRecord.Target changed -> put(targets, changed.memberId(), changed.value());
      case ConsumerGroupRecord.Current changed -> applyCurrent(changed.memberId(), changed.value());
      case ConsumerGroupRecord.Pattern changed -> put(patterns, changed.pattern(), changed.value());
    }
  }

  private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }

  private void applyMember(String memberId, @Nullable ConsumerMember member) {
    ConsumerMember before = members.get(memberId);
    if (before != null && before.instanceId() != null) {
      memberByInstance.remove(before.instanceId(), memberId);
    }
    put(members, memberId, member);
    if (member != null && member.instanceId() != null) {
      memberByInstance.put(member.instanceId(), memberId);
    }
  }

  private void applyCurrent(String memberId, @Nullable CurrentAssignment now) {
    CurrentAssignment before = current.get(memberId);
    if (before != null) {
      before.assigned().forEach(partition -> holders.remove(partition, memberId));
      before.revoking().forEach(partition -> holders.remove(partition, memberId));
    }
    put(current, memberId, now);
    if (now != null) {
      now.assigned().forEach(partition -> holders.put(partition, memberId));
      now.revoking().forEach(partition -> holders.put(partition, memberId));
    }
  }

  /** Whether the log knows the group. */
  boolean exists() {
    return epoch != null;
  }

  int epoch() {
    return epoch == null ? 0 : epoch.epoch();
  }

  long topicsHash() {
    return epoch == null ? 0 : epoch.topicsHash();
  }

  /** The epoch that the targets are for. */
  int targetEpoch() {
    return targetEpoch;
  }

  /** In the order of their ids. */
  Map<String, ConsumerMember> members() {
    return Collections.unmodifiableMap(members);
  }

  @Nullable ConsumerMember member(String memberId) {
    return members.get(memberId);
  }

  @Nullable String memberOfInstance(String instanceId) {
    return memberByInstance.get(instanceId);
  }

  Map<String, Set<TopicIdPartition>> targets() {
    return Collections.unmodifiableMap(targets);
  }

  Set<TopicIdPartition> target(String memberId) {
    return targets.getOrDefault(memberId, Set.of());
  }

  CurrentAssignment current(String memberId) {
    return current.getOrDefault(memberId, CurrentAssignment.NOTHING);
  }

  /** The members of which something is known, also those that are not members any more. */
  Set<String> currentMembers() {
    return Collections.unmodifiableSet(current.keySet());
  }

  Map<String, ConsumerGroupRecord.MatchedTopics> patterns() {
    return Collections.unmodifiableMap(patterns);
  }

  /** The member that has the partition, or has yet to give it up. */
  @Nullable String holder(TopicIdPartition partition) {
    return holders.get(partition);
  }

  /** Whether these topics may be such as a member wants. */
  boolean isConcernedBy(Set<String> topics) {
    return members.values().stream()
        .anyMatch(member ->
            member.pattern() != null || member.topics().stream().anyMatch(topics::contains));
  }

  /** Whether the member has all that its target gives it. */
  boolean hasSettled(String memberId) {
    CurrentAssignment now = current(memberId);
    return now.phase() == CurrentAssignment.Phase.STABLE && now.epoch() == targetEpoch;
  }
}
