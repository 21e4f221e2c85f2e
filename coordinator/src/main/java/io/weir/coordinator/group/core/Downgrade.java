package io.weir.coordinator.group.core;

import io.weir.coordinator.metadata.MetadataImage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group of the consumer protocol, in which only members of the classic protocol are left, as a
 * classic group: the same members with what they have, in a generation that is the last epoch.
 *
 * <p>Its record names no leader: nobody has shared the partitions out, so that whoever takes the
 * group up, now or from the log, begins with a rebalance. Confined to the shard.
 *
 * @param generation the epoch that the members know; what they leave behind starts none
 */
record Downgrade(String groupId, int generation, GroupMembers members) {

  /** Null when a member speaks the consumer protocol, or nobody is left. */
  static @Nullable Downgrade of(
      String groupId, int generation, ConsumerGroupChange change, MetadataImage image) {
    GroupMembers members = new GroupMembers();
    for (Map.Entry<String, ConsumerMember> entry : change.members().entrySet()) {
      ConsumerMember member = entry.getValue();
      ClassicMember classic = member.classic();
      if (classic == null) {
        return null;
      }
      CurrentAssignment current = change.current(entry.getKey());
      Member kept = new Member(entry.getKey(), member, classic, current.epoch());
      ConsumerSubscription subscription = ConsumerSubscription.read(classic.preferred().metadata());
      kept.assign(
          ConsumerAssignment.write(
              current.assigned(), subscription == null ? 0 : subscription.version(), image));
      members.add(kept);
    }
    boolean canGoOn = !members.isEmpty() && members.knowACommonProtocol();
    return canGoOn ? new Downgrade(groupId, generation, members) : null;
  }

  StateRecord record(long wallMs) {
    String protocolName = members.electProtocol();
    return new StateRecord.GroupStored(
        groupId,
        new GroupSnapshot(
            ClassicGroup.CONSUMERS,
            generation,
            protocolName,
            null,
            wallMs,
            members.stored(protocolName, Member::assignment)));
  }
}
