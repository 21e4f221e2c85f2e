package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Members come, go, fall silent, are slow to give up, topics change and the coordinator moves:
 * nobody ever reads what another reads, epochs grow, and in the end all is shared out.
 */
class RandomConsumerGroupTest {
  private static final long FIRST_SEED = Long.getLong("seed", 1);
  private static final int SEEDS = Long.getLong("seed") == null ? 150 : 1;
  private static final int STEPS = 120;
  private static final String[] TOPICS = {"a-1", "a-2", "b-1"};

  private final List<Consumer> members = new ArrayList<>();
  private Shard shard = new Shard();
  private Random random = new Random(0);
  private int names;
  private int lastEpoch;

  @Test
  void nobodyReadsWhatAnotherReads() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      random = new Random(seed);
      shard = new Shard();
      members.clear();
      lastEpoch = 0;
      try {
        run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("repeat with -Dseed=" + seed, e);
      }
    }
  }

  private void run() {
    for (String topic : TOPICS) {
      shard.topic(topic, 1 + random.nextInt(6));
    }
    for (int step = 0; step < STEPS; step++) {
      act();
      check();
    }
    converge();
  }

  private void act() {
    int choice = random.nextInt(100);
    if (choice < 10 && members.size() < 6) {
      Consumer member = new Consumer(shard, "m" + ++names, someTopics());
      if (random.nextInt(4) == 0) {
        member.matching("a-.*");
      }
      member.join();
      members.add(member);
    } else if (members.isEmpty()) {
      shard.pass(1_000);
    } else if (choice < 75) {
      Consumer member = members.get(random.nextInt(members.size()));
      beat(member);
      if (random.nextInt(3) > 0) {
        member.comply();
      }
    } else if (choice < 80) {
      members.remove(random.nextInt(members.size())).leave(-1);
    } else if (choice < 83) {
      // Killed: it reads no more, and does not say so.
      members.remove(random.nextInt(members.size()));
    } else if (choice < 88) {
      members.get(random.nextInt(members.size())).subscribe(someTopics());
    } else if (choice < 91) {
      shard.topic(TOPICS[random.nextInt(TOPICS.length)], random.nextInt(9));
    } else if (choice < 95) {
      shard.moveCoordinator();
    } else {
      shard.pass(random.nextInt(15_000));
    }
  }

  private String[] someTopics() {
    return switch (random.nextInt(3)) {
      case 0 -> new String[] {"a-1"};
      case 1 -> new String[] {"a-1", "b-1"};
      default -> TOPICS;
    };
  }

  /** A client that is refused gives all up and joins again. */
  private void beat(Consumer member) {
    ConsumerHeartbeatResult answer = member.beat();
    if (answer.errorCode() == ErrorCode.UNKNOWN_MEMBER_ID
        || answer.errorCode() == ErrorCode.FENCED_MEMBER_EPOCH) {
      answer = member.join();
    }
    assertThat(answer.errorCode()).isEqualTo(ErrorCode.NONE);
  }

  private void check() {
    ConsumerGroupDescription group = shard.core().describeConsumers("g");
    if (group == null) {
      lastEpoch = 0;
      return;
    }
    assertThat(group.groupEpoch()).isGreaterThanOrEqualTo(lastEpoch);
    assertThat(group.assignmentEpoch()).isLessThanOrEqualTo(group.groupEpoch());
    lastEpoch = group.groupEpoch();
    Map<TopicIdPartition, String> owners = new HashMap<>();
    for (ConsumerGroupDescription.Member member : group.members()) {
      assertThat(member.epoch()).isLessThanOrEqualTo(group.groupEpoch());
      for (TopicIdPartition partition : member.assigned()) {
        assertThat(owners.put(partition, member.memberId())).as("%s", partition).isNull();
      }
    }
    // What a living member still reads is assigned to nobody else, as long as it is a member.
    for (Consumer member : members) {
      boolean known =
          group.members().stream().anyMatch(shown -> shown.memberId().equals(member.id()));
      for (TopicIdPartition partition : known ? member.owned : List.<TopicIdPartition>of()) {
        assertThat(owners.getOrDefault(partition, member.id()))
            .as("%s, which %s reads", partition, member.id())
            .isEqualTo(member.id());
      }
    }
  }

  private void converge() {
    shard.pass(46_000);
    for (int round = 0; round < 8; round++) {
      for (Consumer member : members) {
        beat(member);
        member.comply();
      }
    }
    ConsumerGroupDescription group = shard.core().describeConsumers("g");
    if (members.isEmpty() || group == null) {
      return;
    }
    assertThat(group.state()).isEqualTo("Stable");
    assertThat(group.members()).hasSameSizeAs(members);
    for (ConsumerGroupDescription.Member member : group.members()) {
      assertThat(member.assigned()).isEqualTo(member.target());
    }
  }
}
