package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Offsets that are part of a transaction: they count when it commits, and not before. */
class TransactionalOffsetsTest {
  private static final TopicPartition P0 = new TopicPartition("orders", 0);
  private static final TopicPartition P1 = new TopicPartition("orders", 1);
  private static final long ANN = 1;
  private static final long BOB = 2;

  private final Shard shard = new Shard();

  // ---- commit and abort

  @Test
  void anOffsetIsVisibleWhenItsTransactionCommits() {
    assertThat(shard.commitInTransaction(ANN, P0, 5).answer()).containsExactly(ErrorCode.NONE);
    assertThat(shard.offset(P0)).isEqualTo(-1);
    assertThat(shard.core().unstableOffsets("g")).containsExactly(P0);
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(5);
    assertThat(shard.core().unstableOffsets("g")).isEmpty();
  }

  @Test
  void anAbortedOffsetIsDroppedAndAGroupThatHadNothingElseIsForgotten() {
    shard.commitInTransaction(ANN, P0, 5);
    shard.endTransaction(ANN, false);
    assertThat(shard.offset(P0)).isEqualTo(-1);
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void theOffsetBeforeIsShownToThoseWhoDoNotAskForAStableOne() {
    shard.commit(P0, 3);
    shard.commitInTransaction(ANN, P0, 5);
    assertThat(shard.offset(P0)).isEqualTo(3);
    assertThat(shard.core().unstableOffsets("g")).containsExactly(P0);
  }

  @Test
  void anOffsetIsUnstableFromWhenItIsWritten() {
    shard.holdWrites();
    Asked<List<ErrorCode>> commit = shard.commitInTransaction(ANN, P0, 5);
    assertThat(commit.isWaiting()).isTrue();
    assertThat(shard.core().unstableOffsets("g")).containsExactly(P0);
    shard.refuseNext(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(commit.answer()).containsExactly(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(shard.core().unstableOffsets("g")).isEmpty();
  }

  @Test
  void theLastOffsetOfATransactionCounts() {
    shard.commitInTransaction(ANN, P0, 5);
    shard.commitInTransaction(ANN, P0, 7);
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(7);
  }

  @Test
  void aMarkerEndsTheTransactionOfItsProducerOnly() {
    shard.commitInTransaction(ANN, P0, 5);
    shard.commitInTransaction(BOB, P1, 6);
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(5);
    assertThat(shard.offset(P1)).isEqualTo(-1);
    shard.endTransaction(ANN, true);
    assertThat(shard.core().unstableOffsets("g")).containsExactly(P1);
  }

  // ---- the order of the log

  @Test
  void aPlainCommitBetweenOffsetAndMarkerIsLaterInTheLogAndStays() {
    shard.commitInTransaction(ANN, P0, 5);
    shard.commit(P0, 3);
    assertThat(shard.offset(P0)).isEqualTo(3);
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(3);
    shard.moveCoordinator();
    assertThat(shard.offset(P0)).isEqualTo(3);
  }

  @Test
  void ofTwoTransactionsTheOffsetThatIsLaterInTheLogStaysWhicheverEndsFirst() {
    shard.commitInTransaction(ANN, P0, 5);
    shard.commitInTransaction(BOB, P0, 6);
    shard.endTransaction(BOB, true);
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(6);
  }

  // ---- the coordinator moves

  @Test
  void theNextCoordinatorFinishesATransactionItDidNotSeeBegin() {
    shard.commit(P1, 1);
    shard.commitInTransaction(ANN, P0, 5);
    shard.commitInTransaction(BOB, P1, 6);
    shard.moveCoordinator();
    assertThat(shard.core().unstableOffsets("g")).containsExactlyInAnyOrder(P0, P1);
    shard.endTransaction(ANN, true);
    shard.endTransaction(BOB, false);
    assertThat(shard.offset(P0)).isEqualTo(5);
    assertThat(shard.offset(P1)).isEqualTo(1);
    shard.moveCoordinator();
    assertThat(shard.offset(P0)).isEqualTo(5);
    assertThat(shard.offset(P1)).isEqualTo(1);
  }

  // ---- who may

  @Test
  void olderProducersDoNotSayForWhomNewerOnesMustBeMembers() {
    JoinResult member = shard.stableGroup(1).getFirst();
    MemberRef ref = new MemberRef(member.memberId(), null);
    int generation = member.generationId();
    assertThat(shard.commitInTransaction(ANN, P0, 5).answer()).containsExactly(ErrorCode.NONE);
    assertThat(shard.commitInTransaction(ANN, ref, generation, P0, 5).answer())
        .containsExactly(ErrorCode.NONE);
    assertThat(shard.commitInTransaction(ANN, ref, generation - 1, P0, 5).answer())
        .containsExactly(ErrorCode.ILLEGAL_GENERATION);
    assertThat(
            shard
                .commitInTransaction(ANN, new MemberRef("somebody", null), generation, P0, 5)
                .answer())
        .containsExactly(ErrorCode.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aGenerationOfAGroupThatIsNotThereIsIllegal() {
    assertThat(shard.commitInTransaction(ANN, new MemberRef("m", null), 3, P0, 5).answer())
        .containsExactly(ErrorCode.ILLEGAL_GENERATION);
  }

  // ---- erasure

  @Test
  void nothingExpiresWhileATransactionMayChangeIt() {
    shard.commit(P0, 3);
    shard.commitInTransaction(ANN, P0, 5);
    shard.pass(Duration.ofDays(8).toMillis());
    assertThat(shard.offset(P0)).isEqualTo(3);
    shard.endTransaction(ANN, false);
    shard.pass(Duration.ofDays(1).toMillis());
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void aGroupIsDeletedWithWhatIsPendingAndALateMarkerBringsNothingBack() {
    shard.commitInTransaction(ANN, P0, 5);
    assertThat(shard.delete("g").answer()).isEqualTo(ErrorCode.NONE);
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(-1);
    shard.moveCoordinator();
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void pendingOffsetsOfADeletedTopicGoAsWell() {
    shard.commitInTransaction(ANN, P0, 5);
    shard.carryOut(shard.core().topicsDeleted(Set.of("orders"), shard.now()));
    shard.endTransaction(ANN, true);
    assertThat(shard.offset(P0)).isEqualTo(-1);
  }

  // ---- whatever happens

  @Test
  void noCommittedOffsetIsLostAndNoneOfAnAbortedTransactionIsVisible() {
    long only = Long.getLong("seed", -1);
    LongStream seeds = only >= 0 ? LongStream.of(only) : LongStream.range(0, 300);
    seeds.forEach(seed -> new Story(seed).play());
  }

  /** Plain and transactional commits, ends and moves in random order, beside a simple model. */
  private static final class Story {
    /** One thing that was written; producer 0 for none. */
    private record Line(long producerId, TopicPartition partition, long offset) {}

    private final long seed;
    private final Random random;
    private final Shard shard = new Shard().holdWrites();

    /** All that is in the log, and that is on its way there. */
    private final List<Line> log = new ArrayList<>();

    private final List<Line> underWay = new ArrayList<>();

    /** For each line of the log whether its transaction has ended: null while it has not. */
    private final Map<Integer, Boolean> ended = new HashMap<>();

    Story(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void play() {
      for (int step = 0; step < 120; step++) {
        step();
        for (TopicPartition partition : List.of(P0, P1)) {
          assertThat(shard.offset(partition))
              .as("%s after step %d of -Dseed=%d", partition, step, seed)
              .isEqualTo(expected(partition));
        }
      }
    }

    private void step() {
      TopicPartition partition = random.nextBoolean() ? P0 : P1;
      long offset = random.nextInt(1_000);
      long producerId = 1 + random.nextInt(3);
      switch (random.nextInt(10)) {
        case 0, 1 -> {
          shard.commit(partition, offset);
          underWay.add(new Line(0, partition, offset));
        }
        case 2, 3, 4 -> {
          shard.commitInTransaction(producerId, partition, offset);
          underWay.add(new Line(producerId, partition, offset));
        }
        case 5 -> {
          if (!shard.uncommitted.isEmpty()) {
            shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
            underWay.removeFirst();
          }
        }
        case 6, 7 -> {
          if (!shard.uncommitted.isEmpty()) {
            shard.commitNext();
            log.add(underWay.removeFirst());
          }
        }
        case 8 -> end(producerId, random.nextBoolean());
        default -> {
          shard.moveCoordinator();
          underWay.clear();
        }
      }
    }

    private void end(long producerId, boolean commit) {
      shard.endTransaction(producerId, commit);
      log.addAll(underWay);
      underWay.clear();
      for (int i = 0; i < log.size(); i++) {
        if (log.get(i).producerId() == producerId) {
          ended.putIfAbsent(i, commit);
        }
      }
    }

    /** The last line for the partition that counts. */
    private long expected(TopicPartition partition) {
      for (int i = log.size() - 1; i >= 0; i--) {
        Line line = log.get(i);
        boolean counts = line.producerId() == 0 || ended.getOrDefault(i, false);
        if (line.partition().equals(partition) && counts) {
          return line.offset();
        }
      }
      return -1;
    }
  }
}
