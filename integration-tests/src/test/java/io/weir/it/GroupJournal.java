package io.weir.it;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the members of one group say they own and process, and what of it must not be:
 *
 * <ul>
 *   <li>two members process a partition in one generation (of the new protocol: in one member
 *       epoch);
 *   <li>a partition is given to a member while another has it, who neither lost it nor was
 *       expelled;
 *   <li>a member skips an offset of a partition it has, or reads one twice;
 *   <li>a new owner does not begin where the one before it ended, though that one committed.
 * </ul>
 *
 * The order of events is that of the calls, not of a clock. Thread-safe: every method is
 * synchronized.
 */
final class GroupJournal {
  private static final int VIOLATIONS_KEPT = 20;

  private final Map<TopicPartition, History> histories = new HashMap<>();
  private final Set<String> expelled = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private final List<String> unforeseenLosses = new ArrayList<>();
  private long processedCount;

  /**
   * A member was given partitions. One that was expelled is back with that, unless it hears only
   * now of what it was given before: the consumer tells a member that did not poll first of that,
   * and then that it has lost it.
   */
  synchronized void assigned(String member, int generation, Collection<TopicPartition> partitions) {
    if (expelled.contains(member) && isOutdated(generation, partitions)) {
      return;
    }
    expelled.remove(member);
    for (TopicPartition partition : partitions) {
      History history = history(partition);
      Owner before = history.owner;
      if (before != null && !before.member.equals(member) && !expelled.contains(before.member)) {
        history.disputed.put(
            before.member,
            "%s was given to %s in generation %d while %s had it since generation %d"
                .formatted(partition, member, generation, before.member, before.generation));
        history.committed = false;
      }
      history.owner = new Owner(member, generation);
    }
  }

  private boolean isOutdated(int generation, Collection<TopicPartition> partitions) {
    return partitions.stream()
        .map(partition -> history(partition).owner)
        .anyMatch(owner -> owner != null && owner.generation > generation);
  }

  /**
   * A member gives partitions back.
   *
   * @param committed its last commit of them succeeded, so that nothing may be processed again
   */
  synchronized void revoked(
      String member, Collection<TopicPartition> partitions, boolean committed) {
    for (TopicPartition partition : partitions) {
      History history = history(partition);
      String dispute = history.disputed.remove(member);
      if (dispute != null) {
        violate(dispute + " and gave it back later");
      }
      history.end(member, committed);
    }
  }

  /** A member learns that its partitions may have been given to others long since. */
  synchronized void lost(String member, Collection<TopicPartition> partitions) {
    if (!expelled.contains(member) && !partitions.isEmpty()) {
      unforeseenLosses.add(member + " lost " + partitions.size() + " partitions");
    }
    for (TopicPartition partition : partitions) {
      History history = history(partition);
      history.disputed.remove(member);
      history.end(member, false);
    }
  }

  /** From here on the group may take a member's partitions away without asking it. */
  synchronized void expelled(String member) {
    expelled.add(member);
    histories
        .values()
        .forEach(history -> {
          if (history.owner != null && history.owner.member.equals(member)) {
            history.committed = false;
          }
        });
  }

  synchronized void processed(
      String member, int generation, TopicPartition partition, long offset) {
    processedCount++;
    History history = history(partition);
    String first = history.processors.putIfAbsent(generation, member);
    if (first != null && !first.equals(member)) {
      violate(
          "%s, offset %d: processed by %s in generation %d, in which %s processed it too"
              .formatted(partition, offset, member, generation, first));
    }
    Owner owner = history.owner;
    if (owner != null && owner.member.equals(member)) {
      checkOrder(partition, history, owner, offset);
      owner.next = offset + 1;
    }
    history.offsets.set(Math.toIntExact(offset));
    history.highest = Math.max(history.highest, offset + 1);
  }

  private void checkOrder(TopicPartition partition, History history, Owner owner, long offset) {
    if (owner.next >= 0) {
      if (offset != owner.next) {
        violate(
            "%s: %s went on with offset %d instead of %d"
                .formatted(partition, owner.member, offset, owner.next));
      }
    } else if (offset > history.highest) {
      violate(
          "%s: %s began with offset %d, and nobody has processed what is between it and %d"
              .formatted(partition, owner.member, offset, history.highest));
    } else if (history.committed && offset != history.handedOver) {
      violate(
          "%s: %s began with offset %d, where the owner before it had committed %d"
              .formatted(partition, owner.member, offset, history.handedOver));
    }
  }

  private void violate(String what) {
    if (violations.size() < VIOLATIONS_KEPT) {
      violations.add(what);
    }
  }

  /** What must not be and was; also what members have that was given to others. */
  synchronized List<String> violations() {
    List<String> all = new ArrayList<>(violations);
    histories
        .values()
        .forEach(history ->
            history.disputed.forEach((member, dispute) -> {
              if (!expelled.contains(member)) {
                all.add(dispute + " and has it still");
              }
            }));
    return all;
  }

  /** Losses of members that were neither killed nor paused: no fault, as long as they are late. */
  synchronized List<String> unforeseenLosses() {
    return List.copyOf(unforeseenLosses);
  }

  synchronized long processedCount() {
    return processedCount;
  }

  /** The first offset of a partition that nobody has processed. */
  synchronized long firstUnprocessed(TopicPartition partition) {
    return history(partition).offsets.nextClearBit(0);
  }

  /** The member that has a partition now, or null. */
  synchronized @Nullable String owner(TopicPartition partition) {
    Owner owner = history(partition).owner;
    return owner == null ? null : owner.member;
  }

  /** The partitions that each member has now. */
  synchronized Map<String, Set<TopicPartition>> assignment() {
    Map<String, Set<TopicPartition>> assignment = new HashMap<>();
    histories.forEach((partition, history) -> {
      if (history.owner != null) {
        assignment.computeIfAbsent(history.owner.member, _ -> new HashSet<>()).add(partition);
      }
    });
    return assignment;
  }

  /** The offset after the last one that the owner of a partition has processed, or -1. */
  synchronized long position(TopicPartition partition) {
    Owner owner = history(partition).owner;
    return owner == null ? -1 : owner.next;
  }

  private History history(TopicPartition partition) {
    return histories.computeIfAbsent(partition, _ -> new History());
  }

  /** What happened to one partition. */
  private static final class History {
    final BitSet offsets = new BitSet();
    final Map<Integer, String> processors = new HashMap<>();
    final Map<String, String> disputed = new HashMap<>();
    @Nullable Owner owner;

    /** The offset after the highest one processed so far. */
    long highest;

    /** Where the last owner that processed anything ended. */
    long handedOver;

    /** Whether that owner committed it. */
    boolean committed = true;

    void end(String member, boolean nowCommitted) {
      Owner last = owner;
      if (last != null && last.member.equals(member)) {
        if (last.next >= 0) {
          committed = nowCommitted;
          handedOver = last.next;
        }
        owner = null;
      }
    }
  }

  /** A member's possession of a partition. */
  private static final class Owner {
    final String member;
    final int generation;

    /** The next offset it must process, or -1 before its first. */
    long next = -1;

    Owner(String member, int generation) {
      this.member = member;
      this.generation = generation;
    }
  }
}
