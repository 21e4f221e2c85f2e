package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a classic group, who leads it, and how it votes. Confined to the shard.
 *
 * <p>Invariants: each instance id belongs to one member; there is a leader exactly when there are
 * members; the leader is a member.
 */
final class GroupMembers {
  private final Map<String, Member> byId = new LinkedHashMap<>();
  private final Map<String, String> idByInstance = new HashMap<>();
  private final Map<String, Integer> supporters = new HashMap<>();
  private @Nullable String leaderId;

  boolean isEmpty() {
    return byId.isEmpty();
  }

  int size() {
    return byId.size();
  }

  boolean has(String memberId) {
    return byId.containsKey(memberId);
  }

  @Nullable Member get(String memberId) {
    return byId.get(memberId);
  }

  /** The member that holds the instance id now. */
  @Nullable Member ofInstance(@Nullable String instanceId) {
    String memberId = instanceId == null ? null : idByInstance.get(instanceId);
    return memberId == null ? null : byId.get(memberId);
  }

  /** In the order of joining. */
  Collection<Member> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  List<Member> matching(Predicate<Member> condition) {
    List<Member> matching = new ArrayList<>();
    for (Member member : byId.values()) {
      if (condition.test(member)) {
        matching.add(member);
      }
    }
    return matching;
  }

  int count(Predicate<Member> condition) {
    int count = 0;
    for (Member member : byId.values()) {
      if (condition.test(member)) {
        count++;
      }
    }
    return count;
  }

  /** Why the member may not speak for itself; NONE when it may. */
  ErrorCode check(MemberRef ref) {
    if (ref.instanceId() != null) {
      String holder = idByInstance.get(ref.instanceId());
      if (holder == null) {
        return ErrorCode.UNKNOWN_MEMBER_ID;
      }
      return holder.equals(ref.memberId()) ? ErrorCode.NONE : ErrorCode.FENCED_INSTANCE_ID;
    }
    return has(ref.memberId()) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
  }

  @Nullable String leaderId() {
    return leaderId;
  }

  boolean isLeader(Member member) {
    return member.memberId().equals(leaderId);
  }

  void lead(String memberId) {
    leaderId = memberId;
  }

  void add(Member member) {
    byId.put(member.memberId(), member);
    if (member.instanceId() != null) {
      idByInstance.put(member.instanceId(), member.memberId());
    }
    count(member, 1);
    if (leaderId == null) {
      leaderId = member.memberId();
    }
  }

  void remove(Member member) {
    if (byId.remove(member.memberId()) == null) {
      return;
    }
    if (member.instanceId() != null) {
      idByInstance.remove(member.instanceId(), member.memberId());
    }
    count(member, -1);
    if (isLeader(member)) {
      leaderId = byId.isEmpty() ? null : byId.keySet().iterator().next();
    }
  }

  /** The newer holder of an instance id takes the older one's place, and its lead. */
  void replace(Member older, Member newer) {
    boolean led = isLeader(older);
    remove(older);
    add(newer);
    if (led) {
      leaderId = newer.memberId();
    }
  }

  void update(Member member, JoinRequested join) {
    count(member, -1);
    member.update(join);
    count(member, 1);
  }

  /** Whether all members could go on together with somebody who knows these protocols. */
  boolean canWorkWith(List<MemberProtocol> protocols) {
    if (protocols.isEmpty()) {
      return false;
    }
    return byId.isEmpty() || protocols.stream().anyMatch(p -> isKnownToAll(p.name()));
  }

  boolean knowACommonProtocol() {
    return supporters.containsValue(byId.size());
  }

  /**
   * The protocol of the next generation: each member votes for the first of its protocols that all
   * know; ties go to the one that was voted for first. There is at least one member.
   */
  String electProtocol() {
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (Member member : byId.values()) {
      for (MemberProtocol protocol : member.protocols()) {
        if (isKnownToAll(protocol.name())) {
          votes.merge(protocol.name(), 1, Integer::sum);
          break;
        }
      }
    }
    String elected = null;
    int most = 0;
    for (Map.Entry<String, Integer> vote : votes.entrySet()) {
      if (vote.getValue() > most) {
        most = vote.getValue();
        elected = vote.getKey();
      }
    }
    if (elected == null) {
      throw new IllegalStateException("no protocol is known to all members");
    }
    return elected;
  }

  /** The longest that any member may take to come to a rebalance. */
  int rebalanceTimeoutMs() {
    int longest = 0;
    for (Member member : byId.values()) {
      longest = Math.max(longest, member.rebalanceTimeoutMs());
    }
    return longest;
  }

  /** What the leader needs to assign. */
  List<JoinResult.Member> shownToLeader(@Nullable String protocolName) {
    return byId.values().stream()
        .map(m -> new JoinResult.Member(m.memberId(), m.instanceId(), m.metadata(protocolName)))
        .toList();
  }

  /**
   * What people are shown.
   *
   * @param inFull with metadata and assignment
   */
  List<GroupDescription.Member> described(@Nullable String protocolName, boolean inFull) {
    return byId.values().stream()
        .map(m ->
            new GroupDescription.Member(
                m.memberId(),
                m.instanceId(),
                m.clientId(),
                m.clientHost(),
                inFull ? m.metadata(protocolName) : SyncResult.NOTHING,
                inFull ? m.assignment() : SyncResult.NOTHING))
        .toList();
  }

  /** What the log keeps. */
  List<GroupSnapshot.Member> stored(
      @Nullable String protocolName, Function<Member, ByteBuffer> assignment) {
    return byId.values().stream().map(m -> m.snapshot(protocolName, assignment.apply(m))).toList();
  }

  private boolean isKnownToAll(String protocolName) {
    return supporters.getOrDefault(protocolName, 0) == byId.size();
  }

  private void count(Member member, int change) {
    Set<String> names = new HashSet<>();
    for (MemberProtocol protocol : member.protocols()) {
      if (names.add(protocol.name())) {
        supporters.merge(protocol.name(), change, Integer::sum);
        supporters.remove(protocol.name(), 0);
      }
    }
  }
}
