package io.weir.coordinator.group.core;

import io.weir.coordinator.group.assignor.AssignmentInput;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change of a group: the records that make it, and the group as it will be with them. Confined
 * to the shard.
 *
 * <p>First members are put and removed; then {@link #settleTarget} starts a new epoch if that calls
 * for one and shares the partitions anew; then members are moved towards their targets.
 */
final class ConsumerGroupChange {
  private final String groupId;
  private final ConsumerGroupState state;
  private final ClusterTopics topics;
  private final TopicNews news;
  private final Assignors assignors;
  private final List<StateRecord> records = new ArrayList<>();
  private final Map<String, ConsumerMember> members;
  private final Map<String, Set<TopicIdPartition>> targets;
  private final Map<String, CurrentAssignment> current = new HashMap<>();
  private final Map<String, ConsumerGroupRecord.MatchedTopics> patterns;
  private final Set<String> removed = new HashSet<>();
  private int epoch;
  private int targetEpoch;
  private boolean newEpoch;

  ConsumerGroupChange(
      String groupId,
      ConsumerGroupState state,
      ClusterTopics topics,
      TopicNews news,
      Assignors assignors) {
    this.groupId = groupId;
    this.state = state;
    this.topics = topics;
    this.news = news;
    this.assignors = assignors;
    this.members = new TreeMap<>(state.members());
    this.targets = new HashMap<>(state.targets());
    this.patterns = new HashMap<>(state.patterns());
    this.epoch = state.epoch();
    this.targetEpoch = state.targetEpoch();
  }

  List<StateRecord> records() {
    return records;
  }

  int epoch() {
    return epoch;
  }

  /** Records that go before all others, about what the group was before. */
  void first(List<StateRecord> before) {
    records.addAll(0, before);
  }

  /** As they will be. */
  Map<String, ConsumerMember> members() {
    return Collections.unmodifiableMap(members);
  }

  /** The group's epoch is at least this one: the group had epochs under another protocol. */
  void continueAfter(int generation) {
    if (epoch < generation) {
      epoch = generation;
      newEpoch = true;
    }
  }

  // ---- members

  CurrentAssignment current(String memberId) {
    CurrentAssignment changed = current.get(memberId);
    return changed == null ? state.current(memberId) : changed;
  }

  void put(String memberId, ConsumerMember member) {
    ConsumerMember before = members.put(memberId, member);
    if (!member.equals(before)) {
      records.add(new ConsumerGroupRecord.Member(groupId, memberId, member));
      newEpoch |= before == null || !member.wantsTheSameAs(before);
    }
  }

  void remove(String memberId) {
    if (members.remove(memberId) != null) {
      newEpoch = true;
      forget(memberId);
    }
  }

  private void forget(String memberId) {
    removed.add(memberId);
    targets.remove(memberId);
    records.add(new ConsumerGroupRecord.Current(groupId, memberId, null));
    records.add(new ConsumerGroupRecord.Target(groupId, memberId, null));
    records.add(new ConsumerGroupRecord.Member(groupId, memberId, null));
  }

  /** A static member has come back under another id, and has what it left. */
  void replace(String olderId, String newerId, ConsumerMember member) {
    ConsumerMember older = members.remove(olderId);
    Set<TopicIdPartition> target = state.target(olderId);
    CurrentAssignment left = state.current(olderId);
    forget(olderId);
    members.put(newerId, member);
    records.add(new ConsumerGroupRecord.Member(groupId, newerId, member));
    putTarget(newerId, target);
    putCurrent(
        newerId,
        new CurrentAssignment(
            CurrentAssignment.JOINING,
            CurrentAssignment.JOINING,
            CurrentAssignment.Phase.UNRELEASED_PARTITIONS,
            left.assigned(),
            Set.of()));
    newEpoch |= older == null || !member.wantsTheSameAs(older);
  }

  void putCurrent(String memberId, CurrentAssignment next) {
    if (!next.equals(current(memberId))) {
      current.put(memberId, next);
      records.add(new ConsumerGroupRecord.Current(groupId, memberId, next));
    }
  }

  private void putTarget(String memberId, Set<TopicIdPartition> target) {
    targets.put(memberId, target);
    records.add(new ConsumerGroupRecord.Target(groupId, memberId, target));
  }

  // ---- topics

  /** Brings what patterns stand for up to date. */
  private void match(long wallMs) {
    Set<String> used = new TreeSet<>();
    for (ConsumerMember member : members.values()) {
      if (member.pattern() != null) {
        used.add(member.pattern());
      }
    }
    for (String unused : new TreeSet<>(patterns.keySet())) {
      if (!used.contains(unused)) {
        patterns.remove(unused);
        records.add(new ConsumerGroupRecord.Pattern(groupId, unused, null));
      }
    }
    for (String text : used) {
      ConsumerGroupRecord.MatchedTopics known = patterns.get(text);
      TopicPattern pattern = TopicPattern.compile(text);
      if (pattern != null && (known == null || !news.isEmpty())) {
        Set<String> now =
            known == null || news.everything()
                ? topics.matching(pattern)
                : rematched(known, pattern);
        if (known == null || !now.equals(known.topics())) {
          var matched =
              new ConsumerGroupRecord.MatchedTopics(now, topics.image().version(), wallMs);
          patterns.put(text, matched);
          records.add(new ConsumerGroupRecord.Pattern(groupId, text, matched));
        }
      }
    }
  }

  private Set<String> rematched(ConsumerGroupRecord.MatchedTopics known, TopicPattern pattern) {
    Set<String> now = new HashSet<>(known.topics());
    for (String name : news.names()) {
      if (topics.find(name) != null && pattern.matches(name)) {
        now.add(name);
      } else {
        now.remove(name);
      }
    }
    return now;
  }

  private Set<String> wantedBy(ConsumerMember member) {
    ConsumerGroupRecord.MatchedTopics matched =
        member.pattern() == null ? null : patterns.get(member.pattern());
    Set<String> names = new HashSet<>(member.topics());
    if (matched != null) {
      names.addAll(matched.topics());
    }
    return names;
  }

  // ---- targets

  /** Starts a new epoch if members or topics have changed, and makes its targets. */
  void settleTarget(long wallMs) {
    if (!newEpoch && news.isEmpty() && targetEpoch == epoch) {
      return;
    }
    match(wallMs);
    Set<String> wanted = new HashSet<>();
    members.values().forEach(member -> wanted.addAll(wantedBy(member)));
    long hash = topics.hashOf(wanted);
    if (newEpoch || hash != state.topicsHash()) {
      epoch++;
      records.add(
          new ConsumerGroupRecord.Epoch(groupId, new ConsumerGroupRecord.GroupEpoch(epoch, hash)));
    }
    if (targetEpoch < epoch) {
      targetEpoch = epoch;
      assign();
      records.add(new ConsumerGroupRecord.TargetEpoch(groupId, targetEpoch));
    }
  }

  private void assign() {
    Map<String, UUID> ids = new HashMap<>();
    Map<UUID, AssignmentInput.Topic> known = new HashMap<>();
    Map<String, AssignmentInput.Member> wanting = new TreeMap<>();
    members.forEach((id, member) -> {
      Set<UUID> wanted = new HashSet<>();
      for (String name : wantedBy(member)) {
        TopicImage topic = topics.find(name);
        if (topic != null) {
          wanted.add(topic.id());
          if (ids.putIfAbsent(name, topic.id()) == null) {
            known.put(topic.id(), topics.forAssignor(topic));
          }
        }
      }
      wanting.put(
          id,
          new AssignmentInput.Member(member.rackId(), wanted, targets.getOrDefault(id, Set.of())));
    });
    assignors
        .elect(members.values())
        .assign(new AssignmentInput(wanting, known))
        .forEach((id, target) -> {
          if (!target.equals(targets.get(id))) {
            putTarget(id, target);
          }
        });
  }

  /**
   * Moves a member towards its target.
   *
   * @param owned what it says that it holds; null when it does not say
   */
  CurrentAssignment reconcile(String memberId, @Nullable Set<TopicIdPartition> owned) {
    CurrentAssignment next =
        new Reconciliation(
                targets.getOrDefault(memberId, Set.of()),
                targetEpoch,
                partition -> isFreeFor(memberId, partition),
                owned)
            .next(current(memberId));
    putCurrent(memberId, next);
    return next;
  }

  private boolean isFreeFor(String memberId, TopicIdPartition partition) {
    String holder = state.holder(partition);
    if (holder == null || holder.equals(memberId) || removed.contains(holder)) {
      // Within a change one member at most is moved, so that nobody else has just got it.
      return true;
    }
    return current.containsKey(holder) && !current(holder).holds(partition);
  }
}
