package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Groups of the newest Java client over a topic of 100 partitions, with either protocol.
 *
 * <p>{@code -Dit.groups.steps=N} makes the comings and goings as long as one likes, {@code
 * -Dseed=N} repeats those of a failed run, and {@code -Dit.bootstrap} takes another cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupsTest {
  private static final int PARTITIONS = 100;
  private static final int MOST_MEMBERS = 30;
  private static final int STEPS = Integer.getInteger("it.groups.steps", 12);
  private static final long RECORDS_BETWEEN_STEPS = 300;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** How far each kept partition must get while the group waits for one member. */
  private static final long OFFSETS_MEANWHILE = 5;

  private static final Map<String, String> RANGE =
      Map.of(
          "group.protocol",
          "classic",
          "partition.assignment.strategy",
          RangeAssignor.class.getName());
  private static final Map<String, String> COOPERATIVE_STICKY =
      Map.of(
          "group.protocol",
          "classic",
          "partition.assignment.strategy",
          CooperativeStickyAssignor.class.getName());
  private static final Map<String, String> CONSUMER = Map.of("group.protocol", "consumer");

  /** Members that die without a word are to be missed soon. */
  private static final String SHORT_SESSION_MS = "6000";

  private final TestedCluster cluster =
      TestedCluster.start(
          1,
          "256m",
          Map.of(
              "group.consumer.min.session.timeout.ms",
              SHORT_SESSION_MS,
              "group.consumer.session.timeout.ms",
              SHORT_SESSION_MS,
              "group.consumer.min.heartbeat.interval.ms",
              "500",
              "group.consumer.heartbeat.interval.ms",
              "500"));

  @AfterAll
  void closeCluster() {
    cluster.close();
  }

  // ------------------------------------------------------------------------------- all records,
  // one owner

  @Test
  void membersComeAndGoWithRange() {
    membersComeAndGo("range", RANGE);
  }

  @Test
  void membersComeAndGoWithCooperativeSticky() {
    membersComeAndGo("cooperative", COOPERATIVE_STICKY);
  }

  @Test
  void membersComeAndGoWithTheConsumerProtocol() {
    membersComeAndGo("consumer", CONSUMER);
  }

  private void membersComeAndGo(String group, Map<String, String> protocol) {
    long seed = Long.getLong("seed", System.nanoTime());
    Map<String, String> impatient = new HashMap<>(protocol);
    impatient.put("max.poll.interval.ms", SHORT_SESSION_MS);
    if (!protocol.equals(CONSUMER)) {
      impatient.put("session.timeout.ms", SHORT_SESSION_MS);
      impatient.put("heartbeat.interval.ms", "500");
    }
    try (Group members = new Group(group, impatient)) {
      boolean passed = false;
      try (SteadyLoad load =
          SteadyLoad.start(cluster.bootstrapServers(), members.topic, PARTITIONS)) {
        Random random = new Random(seed);
        members.join();
        for (int step = 0; step < STEPS; step++) {
          members.progress.awaitMoreProcessed(RECORDS_BETWEEN_STEPS);
          members.comeOrGo(random);
        }
        members.resumeAll();
        members.progress.awaitAllProcessed(load.stop());
        members.checkNoneFailed();
        members.leaveAll();
        assertThat(members.journal.violations()).as("violations").isEmpty();
        passed = true;
      } finally {
        if (!passed) {
          cluster.failed();
          System.err.printf(
              "%s failed: repeat it with -Dseed=%d%nsteps: %s%nlosses: %s%nviolations: %s%n",
              group,
              seed,
              members.steps,
              members.journal.unforeseenLosses(),
              members.journal.violations());
        }
      }
    }
  }

  // ------------------------------------------------------------------------------- kept partitions

  @Test
  void keptPartitionsGoOnWithCooperativeSticky() {
    keptPartitionsGoOn("kept-cooperative", COOPERATIVE_STICKY);
  }

  @Test
  void keptPartitionsGoOnWithTheConsumerProtocol() {
    keptPartitionsGoOn("kept-consumer", CONSUMER);
  }

  /**
   * A member joins, and one of those that were there takes its time to give back what the new one
   * is to have: until, in each partition that another member keeps, more records have been
   * processed. If the others waited for the rebalance it would never end.
   */
  private void keptPartitionsGoOn(String group, Map<String, String> protocol) {
    try (Group members = new Group(group, protocol)) {
      boolean passed = false;
      try (SteadyLoad load =
          SteadyLoad.start(cluster.bootstrapServers(), members.topic, PARTITIONS)) {
        members.join();
        members.join();
        members.join();
        for (int round = 0; round < 3; round++) {
          members.awaitBalanced();
          members.awaitEachPositionMoves(1, members.topicPartitions());
          oneJoinsWhileOneIsSlow(members, members.active.get(round));
        }
        members.awaitBalanced();
        members.progress.awaitAllProcessed(load.stop());
        members.checkNoneFailed();
        assertThat(members.journal.unforeseenLosses()).as("lost").isEmpty();
        members.leaveAll();
        assertThat(members.journal.violations()).as("violations").isEmpty();
        passed = true;
      } finally {
        if (!passed) {
          cluster.failed();
        }
      }
    }
  }

  private static void oneJoinsWhileOneIsSlow(Group members, GroupMember slow) {
    CountDownLatch givingBack = new CountDownLatch(1);
    CountDownLatch othersWentOn = new CountDownLatch(1);
    Map<String, Set<TopicPartition>> before = members.journal.assignment();
    slow.beforeGivingBack(() -> {
      givingBack.countDown();
      awaitLatch(othersWentOn);
    });
    try {
      GroupMember joiner = members.join();
      assertThat(awaitLatch(givingBack)).as("%s is asked for partitions", slow.name()).isTrue();
      // What the others have and keep: a share of a group with one member more.
      Set<TopicPartition> others =
          before.entrySet().stream()
              .filter(entry -> !entry.getKey().equals(slow.name()))
              .flatMap(entry -> entry.getValue().stream())
              .collect(Collectors.toSet());
      members.awaitKeptMove(OFFSETS_MEANWHILE, before, others);
      assertThat(members.journal.assignment().getOrDefault(joiner.name(), Set.of()))
          .as("the rebalance is not over, so the new member has not all of its share")
          .hasSizeLessThan(PARTITIONS / members.active.size());
    } finally {
      slow.beforeGivingBack(() -> {});
      othersWentOn.countDown();
    }
    members.awaitBalanced();
    // All that a member had and still has, it has never let go of: the journal would have seen a
    // new beginning, and a position is only ever moved on by one.
    Map<String, Set<TopicPartition>> after = members.journal.assignment();
    long kept =
        before.entrySet().stream()
            .mapToLong(entry ->
                entry.getValue().stream()
                    .filter(after.getOrDefault(entry.getKey(), Set.of())::contains)
                    .count())
            .sum();
    assertThat(kept)
        .as("partitions that stayed where they were")
        .isGreaterThanOrEqualTo(PARTITIONS - PARTITIONS / members.active.size() - 1L);
  }

  private static boolean awaitLatch(CountDownLatch latch) {
    try {
      return latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // ------------------------------------------------------------------------------- a group

  /** The members of one group on a topic of its own, and what was done to them. */
  private final class Group implements AutoCloseable {
    final String topic;
    final GroupJournal journal = new GroupJournal();
    final GroupProgress progress;
    final List<GroupMember> active = new ArrayList<>();
    final List<String> steps = new ArrayList<>();
    private final List<GroupMember> ending = new ArrayList<>();
    private final Properties settings = new Properties();
    private int started;

    Group(String name, Map<String, String> protocol) {
      topic = cluster.createTopic(name, PARTITIONS);
      progress = new GroupProgress(journal, topic, PARTITIONS, LIMIT);
      settings.put("bootstrap.servers", cluster.bootstrapServers());
      settings.put("group.id", topic);
      settings.put("retry.backoff.ms", "50");
      settings.putAll(protocol);
    }

    GroupMember join() {
      GroupMember member = GroupMember.start("member-" + started++, settings, topic, journal);
      active.add(member);
      steps.add(member.name() + " joins");
      return member;
    }

    /** One thing happens, which the seed chooses; at least one member stays that polls. */
    void comeOrGo(Random random) {
      resumeThoseThatWereExpelled();
      List<GroupMember> polling = active.stream().filter(member -> !member.isPaused()).toList();
      int what = random.nextInt(10);
      if (what < 4 || polling.size() < 2) {
        int room = MOST_MEMBERS - active.size();
        for (int i = Math.min(room, 1 + random.nextInt(12)); i > 0; i--) {
          join();
        }
        return;
      }
      GroupMember member = polling.get(random.nextInt(polling.size()));
      if (what < 7) {
        int leaving = 1 + random.nextInt(polling.size() - 1);
        for (GroupMember leaver : polling.subList(0, leaving)) {
          end(leaver, "leaves");
          leaver.leave();
        }
      } else if (what < 9) {
        end(member, "dies");
        member.kill();
      } else {
        steps.add(member.name() + " pauses");
        member.pause();
      }
    }

    private void end(GroupMember member, String how) {
      active.remove(member);
      ending.add(member);
      steps.add(member.name() + " " + how);
    }

    private void resumeThoseThatWereExpelled() {
      Map<String, Set<TopicPartition>> assignment = journal.assignment();
      active.stream()
          .filter(member -> member.isPaused() && !assignment.containsKey(member.name()))
          .forEach(member -> {
            steps.add(member.name() + " wakes");
            member.resume();
          });
    }

    /** Lets those that pause go on, once the group has given away what they had. */
    void resumeAll() {
      await("the group does without those that pause")
          .atMost(LIMIT)
          .untilAsserted(() -> {
            resumeThoseThatWereExpelled();
            assertThat(active).noneMatch(GroupMember::isPaused);
          });
    }

    /** Waits until every member has its even share. */
    void awaitBalanced() {
      int share = PARTITIONS / active.size();
      await("even shares")
          .atMost(LIMIT)
          .untilAsserted(() -> {
            Map<String, Set<TopicPartition>> assignment = journal.assignment();
            assertThat(assignment.values().stream().mapToInt(Set::size).sum())
                .isEqualTo(PARTITIONS);
            for (GroupMember member : active) {
              assertThat(assignment.getOrDefault(member.name(), Set.of()).size())
                  .as(member.name())
                  .isBetween(share, share + 1);
            }
          });
    }

    List<TopicPartition> topicPartitions() {
      return IntStream.range(0, PARTITIONS)
          .mapToObj(partition -> new TopicPartition(topic, partition))
          .toList();
    }

    void awaitEachPositionMoves(long offsets, List<TopicPartition> partitions) {
      Map<TopicPartition, Long> start = positions(partitions);
      await("every partition moves on")
          .atMost(LIMIT)
          .until(() ->
              partitions.stream()
                  .allMatch(partition ->
                      journal.position(partition)
                          >= Math.max(0, start.getOrDefault(partition, 0L)) + offsets));
    }

    /** Waits until those of the partitions that are still where they were have moved on. */
    void awaitKeptMove(
        long offsets, Map<String, Set<TopicPartition>> before, Set<TopicPartition> partitions) {
      Map<TopicPartition, Long> start = positions(partitions);
      Map<TopicPartition, String> owners = new HashMap<>();
      before.forEach((member, its) -> its.forEach(partition -> owners.put(partition, member)));
      await("what members keep moves on while the rebalance is open")
          .atMost(LIMIT)
          .untilAsserted(() -> {
            int kept = 0;
            for (TopicPartition partition : partitions) {
              String owner = owners.get(partition);
              if (owner != null && owner.equals(journal.owner(partition))) {
                kept++;
                assertThat(journal.position(partition))
                    .as("%s, kept by %s", partition, owner)
                    .isGreaterThanOrEqualTo(start.getOrDefault(partition, 0L) + offsets);
              }
            }
            int others = active.size() - 2;
            assertThat(kept)
                .as("partitions kept by the %d others", others)
                .isGreaterThanOrEqualTo(others * (PARTITIONS / active.size()));
          });
    }

    private Map<TopicPartition, Long> positions(Iterable<TopicPartition> partitions) {
      Map<TopicPartition, Long> positions = new HashMap<>();
      partitions.forEach(partition -> positions.put(partition, journal.position(partition)));
      return positions;
    }

    void checkNoneFailed() {
      List<String> failures = new ArrayList<>();
      for (GroupMember member : active) {
        Throwable failure = member.failure();
        if (failure != null) {
          failures.add(member.name() + ": " + failure);
        }
      }
      assertThat(failures).as("members that ended by an error").isEmpty();
    }

    void leaveAll() {
      for (GroupMember member : List.copyOf(active)) {
        end(member, "leaves");
        member.leave();
      }
      for (GroupMember member : ending) {
        assertThat(member.awaitEnd(LIMIT)).as("%s has ended", member.name()).isTrue();
      }
    }

    @Override
    public void close() {
      for (GroupMember member : active) {
        member.resume();
        member.kill();
      }
    }
  }
}
