package io.weir.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The members of a group of the newest Java client are replaced one by one, as in a rolling restart
 * of an application: by such of the consumer protocol, and then by such of the classic one again.
 * Records come all the time.
 *
 * <p>{@code -Dit.bootstrap} takes another cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupMigrationTest {
  private static final int PARTITIONS = 12;
  private static final int MEMBERS = 3;
  private static final long RECORDS_BETWEEN_STEPS = 200;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Map<String, String> CONSUMER = Map.of("group.protocol", "consumer");

  private final TestedCluster cluster =
      TestedCluster.start(
          1,
          "256m",
          Map.of(
              "group.consumer.min.heartbeat.interval.ms",
              "200",
              "group.consumer.heartbeat.interval.ms",
              "200"));

  @AfterAll
  void closeCluster() {
    cluster.close();
  }

  @Test
  void aGroupWithRangeGoesOverAndBack() {
    goOverAndBack("migration-range", RangeAssignor.class);
  }

  @Test
  void aGroupWithCooperativeStickyGoesOverAndBack() {
    goOverAndBack("migration-cooperative", CooperativeStickyAssignor.class);
  }

  private void goOverAndBack(String name, Class<?> assignor) {
    Map<String, String> classic =
        Map.of(
            "group.protocol",
            "classic",
            "heartbeat.interval.ms",
            "200",
            "partition.assignment.strategy",
            assignor.getName());
    try (Group group = new Group(name)) {
      boolean passed = false;
      try (SteadyLoad load =
          SteadyLoad.start(cluster.bootstrapServers(), group.topic, PARTITIONS)) {
        for (int i = 0; i < MEMBERS; i++) {
          group.join(classic);
        }
        group.awaitAtWork(GroupType.CLASSIC, 0);
        for (int upgraded = 1; upgraded <= MEMBERS; upgraded++) {
          group.replaceOldest(CONSUMER);
          group.awaitAtWork(GroupType.CONSUMER, upgraded);
        }
        for (int upgraded = MEMBERS - 1; upgraded >= 0; upgraded--) {
          group.replaceOldest(classic);
          group.awaitAtWork(upgraded == 0 ? GroupType.CLASSIC : GroupType.CONSUMER, upgraded);
        }
        group.progress.awaitAllProcessed(load.stop());
        group.checkNoneFailed();
        assertThat(group.journal.unforeseenLosses()).as("lost").isEmpty();
        group.leaveAll();
        assertThat(group.journal.violations()).as("violations").isEmpty();
        passed = true;
      } finally {
        if (!passed) {
          cluster.failed();
          System.err.printf(
              "%s failed after %s%nlosses: %s%nviolations: %s%n",
              name, group.steps, group.journal.unforeseenLosses(), group.journal.violations());
        }
      }
    }
  }

  /** The members of one group on a topic of its own, the oldest first. */
  private final class Group implements AutoCloseable {
    final String topic;
    final GroupJournal journal = new GroupJournal();
    final GroupProgress progress;
    final List<String> steps = new ArrayList<>();
    private final List<GroupMember> active = new ArrayList<>();
    private final Admin admin;
    private int started;

    Group(String name) {
      topic = cluster.createTopic(name, PARTITIONS);
      progress = new GroupProgress(journal, topic, PARTITIONS, LIMIT);
      admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    void join(Map<String, String> protocol) {
      Properties settings = new Properties();
      settings.put("bootstrap.servers", cluster.bootstrapServers());
      settings.put("group.id", topic);
      settings.put("retry.backoff.ms", "50");
      settings.putAll(protocol);
      GroupMember member = GroupMember.start("member-" + started++, settings, topic, journal);
      active.add(member);
      steps.add(member.name() + " joins by the protocol " + protocol.get("group.protocol"));
    }

    void replaceOldest(Map<String, String> protocol) {
      leave(active.getFirst());
      join(protocol);
    }

    void leaveAll() {
      for (GroupMember member : List.copyOf(active)) {
        leave(member);
      }
    }

    private void leave(GroupMember member) {
      active.remove(member);
      steps.add(member.name() + " leaves");
      member.leave();
      assertThat(member.awaitEnd(LIMIT)).as("%s has ended", member.name()).isTrue();
      assertThat(member.failure()).as(member.name()).isNull();
    }

    /** Waits until the group is described so, and each member has its share and processes it. */
    void awaitAtWork(GroupType type, int upgraded) {
      await("even shares after " + steps.getLast())
          .atMost(LIMIT)
          .untilAsserted(() -> {
            checkNoneFailed();
            Map<String, Set<TopicPartition>> assignment = journal.assignment();
            for (GroupMember member : active) {
              assertThat(assignment.getOrDefault(member.name(), Set.of()))
                  .as(member.name())
                  .hasSize(PARTITIONS / MEMBERS);
            }
          });
      progress.awaitMoreProcessed(RECORDS_BETWEEN_STEPS);
      ConsumerGroupDescription described =
          requireNonNull(
              LocalCluster.get(admin.describeConsumerGroups(List.of(topic)).all()).get(topic));
      assertThat(described.type()).as("type after %s", steps.getLast()).isEqualTo(type);
      assertThat(described.members()).hasSize(MEMBERS);
      if (type == GroupType.CONSUMER) {
        assertThat(described.members())
            .extracting(MemberDescription::upgraded)
            .filteredOn(isUpgraded -> isUpgraded.equals(Optional.of(true)))
            .hasSize(upgraded);
      }
    }

    void checkNoneFailed() {
      for (GroupMember member : active) {
        assertThat(member.failure()).as(member.name()).isNull();
      }
    }

    @Override
    public void close() {
      active.forEach(GroupMember::kill);
      admin.close();
    }
  }
}
