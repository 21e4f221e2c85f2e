package io.weir.coordinator.group.core;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A classic group of consumers as a group of the consumer protocol: the same members with what they
 * have, in an epoch that is the last generation. What a cooperative member may still read, although
 * it was not given it again, is nobody else's before it has joined without it. Immutable.
 *
 * @param records that make the group; empty when there is an objection
 * @param objection why the group cannot go over; null when it can
 */
record Upgrade(List<ConsumerGroupRecord> records, @Nullable String objection) {
  Upgrade {
    records = List.copyOf(records);
  }

  private static Upgrade refused(String objection) {
    return new Upgrade(List.of(), objection);
  }

  static Upgrade of(
      String groupId, int generation, Collection<Member> members, MetadataImage image) {
    List<ConsumerGroupRecord> records = new ArrayList<>();
    Map<String, Set<TopicIdPartition>> claims = new HashMap<>();
    Map<String, Set<TopicIdPartition>> shares = new LinkedHashMap<>();
    Set<TopicIdPartition> held = new HashSet<>();
    records.add(
        new ConsumerGroupRecord.Epoch(groupId, new ConsumerGroupRecord.GroupEpoch(generation, 0)));
    records.add(new ConsumerGroupRecord.TargetEpoch(groupId, generation));
    for (Member member : members) {
      String id = member.memberId();
      ConsumerSubscription subscription =
          ConsumerSubscription.read(member.protocols().getFirst().metadata());
      Set<TopicIdPartition> assigned = ConsumerAssignment.read(member.assignment(), image);
      if (subscription == null || assigned == null) {
        return refused("what member " + id + " reads is not in the words of consumers");
      }
      for (TopicIdPartition partition : assigned) {
        if (!held.add(partition)) {
          return refused("more than one member has a partition");
        }
      }
      shares.put(id, assigned);
      claims.put(id, ConsumerAssignment.owned(subscription, image));
      records.add(
          new ConsumerGroupRecord.Member(groupId, id, member.asOfConsumerGroup(subscription)));
      records.add(new ConsumerGroupRecord.Target(groupId, id, Set.copyOf(assigned)));
    }
    shares.forEach((id, assigned) -> {
      // It came with more than it was given, and has not come again without.
      Set<TopicIdPartition> revoking = new HashSet<>(claims.getOrDefault(id, Set.of()));
      revoking.removeIf(partition -> !held.add(partition));
      CurrentAssignment.Phase phase =
          revoking.isEmpty()
              ? CurrentAssignment.Phase.STABLE
              : CurrentAssignment.Phase.UNREVOKED_PARTITIONS;
      records.add(
          new ConsumerGroupRecord.Current(
              groupId,
              id,
              new CurrentAssignment(generation, generation, phase, assigned, revoking)));
    });
    return new Upgrade(records, null);
  }
}
