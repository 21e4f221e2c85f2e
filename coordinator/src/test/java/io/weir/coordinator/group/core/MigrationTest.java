package io.weir.coordinator.group.core;

import static io.weir.coordinator.group.core.Shard.partitions;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Groups that change their protocol while they have members, a member at a time. */
class MigrationTest {
  private static final long FIRST_SEED = Long.getLong("seed", 1);
  private static final int SEEDS =
      Integer.getInteger("seeds", Long.getLong("seed") == null ? 150 : 1);
  private static final Map<String, Integer> TOPICS = Map.of("a", 6, "b", 3);

  private Shard shard = newShard();

  private static Shard newShard() {
    Shard shard = new Shard();
    TOPICS.forEach(shard::topic);
    return shard;
  }

  private ClassicConsumer classic(@Nullable String instanceId) {
    return new ClassicConsumer(shard, false, TOPICS, instanceId);
  }

  private void settle(List<ClassicConsumer> classic, List<Consumer> consumers) {
    for (int round = 0; round < 30; round++) {
      classic.forEach(ClassicConsumer::step);
      for (Consumer member : consumers) {
        assertThat(member.beat().errorCode()).isEqualTo(ErrorCode.NONE);
        member.comply();
      }
      shard.pass(500);
    }
    Set<TopicIdPartition> all = new HashSet<>();
    classic.forEach(member -> all.addAll(member.owned));
    consumers.forEach(member -> all.addAll(member.owned));
    assertThat(all).hasSize(9);
  }

  private Consumer joined(String id) {
    Consumer member = new Consumer(shard, id, "a", "b");
    assertThat(member.join().errorCode()).isEqualTo(ErrorCode.NONE);
    return member;
  }

  private String type() {
    return shard.core().list().getFirst().type();
  }

  @Test
  void aGroupGoesOverMemberByMemberAndBack() {
    ClassicConsumer a = classic(null);
    ClassicConsumer b = classic(null);
    settle(List.of(a, b), List.of());
    assertThat(type()).isEqualTo("classic");

    Consumer c = joined("c");
    assertThat(type()).isEqualTo("consumer");
    settle(List.of(a, b), List.of(c));
    assertThat(shard.described().state()).isEqualTo("Stable");
    assertThat(a.generation).isEqualTo(c.epoch);
    assertThat(List.of(a.owned.size(), b.owned.size(), c.owned.size())).containsOnly(3);

    shard.moveCoordinator();
    settle(List.of(a, b), List.of(c));

    int last = c.epoch;
    c.leave(-1);
    assertThat(type()).isEqualTo("classic");
    assertThat(shard.core().describeConsumers("g")).isNull();
    settle(List.of(a, b), List.of());
    assertThat(a.generation).isGreaterThan(last);
  }

  @Test
  void whatTheLastMemberOfTheConsumerProtocolHadIsSharedOutThoughTheCoordinatorMoves() {
    ClassicConsumer a = classic(null);
    settle(List.of(a), List.of());
    Consumer c = joined("c");
    settle(List.of(a), List.of(c));

    c.leave(-1);
    shard.moveCoordinator();

    settle(List.of(a), List.of());
    assertThat(type()).isEqualTo("classic");
    assertThat(a.owned).hasSize(9);
  }

  @Test
  void anUpgradeThatCannotBeWrittenTakesNothingFromAnybody() {
    ClassicConsumer a = classic(null);
    settle(List.of(a), List.of());
    int generation = a.generation;
    shard.holdWrites();
    var asked = shard.consumerHeartbeat(new Consumer(shard, "c", "a").request(0, true));
    assertThat(a.step().lastError).as("before it is written").isEqualTo(ErrorCode.NONE);
    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(asked.answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    shard.flow();

    assertThat(a.step().lastError).isEqualTo(ErrorCode.NONE);
    assertThat(a.generation).isEqualTo(generation);
    shard.moveCoordinator();
    assertThat(type()).isEqualTo("classic");
    settle(List.of(a), List.of(joined("c")));
  }

  @Test
  void staticMembersAreReplacedByThoseOfTheOtherProtocol() {
    ClassicConsumer a = classic("i");
    ClassicConsumer b = classic(null);
    settle(List.of(a, b), List.of());
    Set<TopicIdPartition> had = Set.copyOf(a.owned);

    Consumer c = new Consumer(shard, "c", "a", "b").withInstance("i");
    assertThat(c.join().errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(shard.core().heartbeat("g", a.ref(), a.generation, shard.now()))
        .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    settle(List.of(b), List.of(c));
    assertThat(had).hasSameSizeAs(partitions("a", 0, 1, 2, 3)).isNotEmpty();

    c.leave(-2);
    ClassicConsumer back = classic("i");
    settle(List.of(back, b), List.of());
    assertThat(type()).isEqualTo("classic");
  }

  @Test
  void aMemberThatDoesNotJoinAgainIsRemoved() {
    ClassicConsumer a = classic(null);
    settle(List.of(a), List.of());
    Consumer c = joined("c");
    for (int second = 0; second <= Shard.REBALANCE_MS / 1_000; second++) {
      shard.core().heartbeat("g", a.ref(), a.generation, shard.now());
      c.beat();
      shard.pass(1_000);
    }
    assertThat(shard.core().heartbeat("g", a.ref(), a.generation, shard.now()))
        .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    settle(List.of(), List.of(c));
  }

  // ---- at random

  private final List<ClassicConsumer> classics = new ArrayList<>();
  private final List<Consumer> consumers = new ArrayList<>();
  private Random random = new Random(0);
  private int names;

  @Test
  void nobodyReadsWhatAnotherReadsWhateverTheyTalk() {
    int upgrades = 0;
    int downgrades = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      random = new Random(seed);
      shard = newShard();
      classics.clear();
      consumers.clear();
      try {
        String before = "";
        for (int step = 0; step < 150; step++) {
          act(step / 40 % 2 == 0);
          check();
          String now = shard.core().list().isEmpty() ? "" : type();
          upgrades += before.equals("classic") && now.equals("consumer") ? 1 : 0;
          downgrades += before.equals("consumer") && now.equals("classic") ? 1 : 0;
          before = now;
        }
        converge();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("repeat with -Dseed=" + seed, e);
      }
    }
    assertThat(Math.min(upgrades, downgrades)).isGreaterThanOrEqualTo(SEEDS / 4);
  }

  private void act(boolean classicTime) {
    int choice = random.nextInt(100);
    if (choice < 12 && classics.size() + consumers.size() < 5) {
      if (classicTime) {
        classics.add(new ClassicConsumer(shard, random.nextBoolean(), TOPICS, null));
      } else {
        Consumer member = new Consumer(shard, "m" + ++names, "a", "b");
        member.join();
        consumers.add(member);
      }
    } else if (choice < 22) {
      // Those of the other time go, most of them politely.
      if (classicTime && !consumers.isEmpty()) {
        Consumer gone = consumers.remove(random.nextInt(consumers.size()));
        if (random.nextInt(4) > 0) {
          gone.leave(-1);
        }
      } else if (!classicTime && !classics.isEmpty()) {
        ClassicConsumer gone = classics.remove(random.nextInt(classics.size()));
        if (random.nextInt(4) > 0) {
          shard.leave(gone.ref());
        }
      }
    } else if (choice < 25) {
      shard.moveCoordinator();
    }
    for (ClassicConsumer member : classics) {
      if (random.nextInt(10) < 7) {
        member.step();
      }
    }
    for (Consumer member : consumers) {
      if (random.nextInt(10) < 5) {
        beat(member);
      }
      if (random.nextInt(10) < 5) {
        member.comply();
      }
    }
    shard.pass(random.nextInt(400));
  }

  private static void beat(Consumer member) {
    ErrorCode error = member.beat().errorCode();
    if (error == ErrorCode.UNKNOWN_MEMBER_ID || error == ErrorCode.FENCED_MEMBER_EPOCH) {
      error = member.join().errorCode();
    }
    assertThat(error).isEqualTo(ErrorCode.NONE);
  }

  private void check() {
    Map<TopicIdPartition, String> owners = new HashMap<>();
    for (ClassicConsumer member : classics) {
      ErrorCode standing =
          shard.core().heartbeat("g", member.ref(), member.generation, shard.now());
      if (standing == ErrorCode.NONE || standing == ErrorCode.REBALANCE_IN_PROGRESS) {
        member.owned.forEach(partition ->
            assertThat(owners.put(partition, member.memberId)).as("%s", partition).isNull());
      }
    }
    ConsumerGroupDescription group = shard.core().describeConsumers("g");
    for (Consumer member : consumers) {
      if (group != null
          && group.members().stream().anyMatch(m -> m.memberId().equals(member.id()))) {
        member.owned.forEach(partition ->
            assertThat(owners.put(partition, member.id())).as("%s", partition).isNull());
      }
    }
    int last = 0;
    for (StateRecord record : shard.log) {
      int epoch =
          switch (record) {
            case StateRecord.GroupStored stored -> stored.snapshot().generationId();
            case ConsumerGroupRecord.Epoch changed ->
                changed.value() == null ? last : changed.value().epoch();
            default -> last;
          };
      assertThat(epoch).isGreaterThanOrEqualTo(last);
      last = epoch;
    }
  }

  private void converge() {
    for (int round = 0; round < 200; round++) {
      classics.forEach(ClassicConsumer::step);
      for (Consumer member : consumers) {
        beat(member);
        member.comply();
      }
      shard.pass(500);
      check();
    }
    Set<TopicIdPartition> all = new HashSet<>();
    classics.forEach(member -> all.addAll(member.owned));
    consumers.forEach(member -> all.addAll(member.owned));
    if (!classics.isEmpty() || !consumers.isEmpty()) {
      assertThat(all).hasSize(9);
      assertThat(type()).isEqualTo(consumers.isEmpty() ? "classic" : "consumer");
    }
  }
}
