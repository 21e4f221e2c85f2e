package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An idempotent producer's stories. */
final class ProducerStatesTest {
  private static final long PRODUCER = 4_000_000_007L;

  private final ProducerStates states = new ProducerStates();
  private long nextOffset;

  private static ByteBuf batch(long baseOffset, int epoch, int sequence, int records) {
    return TestBatches.producerBatch(baseOffset, PRODUCER, epoch, sequence, records);
  }

  private ProducerCheck check(int epoch, int sequence, int records) {
    return states.check(batch(0, epoch, sequence, records), 0);
  }

  private void append(int epoch, int sequence, int records) {
    states.append(batch(nextOffset, epoch, sequence, records), 0);
    nextOffset += records;
  }

  private static void assertRefused(ProducerCheck check, ErrorCode errorCode) {
    assertThat(check)
        .isInstanceOfSatisfying(
            ProducerCheck.Refuse.class,
            refuse -> assertThat(refuse.errorCode()).isEqualTo(errorCode));
  }

  private static void assertAccepted(ProducerCheck check) {
    assertThat(check).isInstanceOf(ProducerCheck.Accept.class);
  }

  @Test
  void batchesWithoutAProducerIdAreNoneOfItsBusiness() {
    assertAccepted(states.check(TestBatches.batch(0, 0, 3, 0), 0));
    states.append(TestBatches.batch(0, 0, 3, 0), 0);
    assertThat(states.size()).isZero();
  }

  @Test
  void anUnknownProducerMayBeginAnywhereAndThenGoesOnFromThere() {
    assertAccepted(check(0, 500, 3));
    append(0, 500, 3);
    assertAccepted(check(0, 503, 1));
    assertRefused(check(0, 504, 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertRefused(check(0, 0, 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
  }

  @Test
  void anUnknownProducerBeginsNoLaterThanItWasSaidToAndAKnownOneGoesOnWhereItWas() {
    ByteBuf third = TestBatches.transactionalBatch(0, PRODUCER, 0, 3, 1);
    assertRefused(states.check(third, 0, 0), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertRefused(states.check(third, 0, 2), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertAccepted(states.check(third, 0, 3));
    append(0, 0, 3);
    assertAccepted(states.check(third, 0, 0));
  }

  @Test
  void theLastFiveBatchesAreKnownAgainAndTheSixthIsNot() {
    for (int i = 0; i < 6; i++) {
      append(0, i * 2, 2);
    }
    assertRefused(check(0, 0, 2), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    for (int i = 1; i < 6; i++) {
      assertThat(check(0, i * 2, 2)).isEqualTo(new ProducerCheck.Duplicate(i * 2L, i * 2L + 2, -1));
    }
    assertRefused(check(0, 10, 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertAccepted(check(0, 12, 2));
  }

  @Test
  void aDuplicateIsAnsweredWithItsOriginalAppendTime() {
    ByteBuf stamped = batch(0, 0, 0, 2);
    BatchHeader.stampAppendTime(stamped, 0, 777);
    states.append(stamped, 0);
    assertThat(check(0, 0, 2)).isEqualTo(new ProducerCheck.Duplicate(0, 2, 777));
  }

  @Test
  void sequencesWrapToZero() {
    append(0, Integer.MAX_VALUE - 2, 3);
    assertRefused(check(0, 1, 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertAccepted(check(0, 0, 1));
    append(0, 0, 1);
    assertAccepted(check(0, 1, 1));
  }

  @Test
  void aBatchMayWrapInItsMiddle() {
    append(0, Integer.MAX_VALUE - 1, 4);
    assertThat(check(0, Integer.MAX_VALUE - 1, 4)).isEqualTo(new ProducerCheck.Duplicate(0, 4, -1));
    assertAccepted(check(0, 2, 1));
    assertRefused(check(0, 3, 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
  }

  @Test
  void aNewEpochBeginsAtZeroAndShutsTheOldOneOut() {
    append(3, 0, 5);
    assertRefused(check(4, 5, 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertAccepted(check(4, 0, 1));
    append(4, 0, 1);
    assertRefused(check(3, 5, 1), ErrorCode.INVALID_PRODUCER_EPOCH);
    assertRefused(check(3, 0, 5), ErrorCode.INVALID_PRODUCER_EPOCH);
    assertAccepted(check(4, 1, 1));
  }

  @Test
  void aProducerThatIsSilentForLongIsForgottenWhateverItsTimestampsSaid() {
    append(0, 0, 1);
    assertThat(states.expire(50_000, 1000)).isZero();
    assertThat(states.expire(50_999, 1000)).isZero();
    append(0, 1, 1);
    assertThat(states.expire(51_000, 1000)).isZero();
    assertThat(states.expire(51_999, 1000)).isZero();
    assertThat(states.expire(52_000, 1000)).isEqualTo(1);
    assertAccepted(check(0, 99, 1));
  }

  @Test
  void aSnapshotGivesItAllBackAndADamagedOneNothing() {
    for (int i = 0; i < 7; i++) {
      append(2, i * 3, 3);
    }
    states.append(TestBatches.producerBatch(100, 1, 0, 0, 1), 0);
    ByteBuffer snapshot = states.snapshot();
    ProducerStates restored = new ProducerStates();
    assertThat(restored.restore(snapshot.duplicate())).isTrue();
    assertThat(restored.size()).isEqualTo(2);
    assertThat(restored.snapshot()).isEqualTo(snapshot);
    assertThat(restored.check(batch(0, 2, 9, 3), 0))
        .isEqualTo(new ProducerCheck.Duplicate(9, 12, -1));
    for (int i = 0; i < snapshot.limit(); i++) {
      ByteBuffer damaged = ByteBuffer.allocate(snapshot.limit()).put(snapshot.duplicate()).flip();
      damaged.put(i, (byte) (damaged.get(i) ^ 4));
      assertThat(restored.restore(damaged)).isFalse();
      assertThat(restored.restore(snapshot.slice(0, i))).isFalse();
      assertThat(restored.size()).isZero();
    }
  }

  private void appendInTransaction(int epoch, int sequence, int records) {
    states.append(
        TestBatches.transactionalBatch(nextOffset, PRODUCER, epoch, sequence, records), 0);
    nextOffset += records;
  }

  private @Nullable AbortedRange end(int epoch, int coordinatorEpoch, boolean commit) {
    return states.append(
        TestBatches.marker(nextOffset++, PRODUCER, epoch, coordinatorEpoch, commit), 0);
  }

  @Test
  void anOpenTransactionHoldsTheStableOffsetUntilTheHighWatermarkHasPassedItsMarker() {
    append(0, 0, 2);
    assertThat(states.stableBelow(1)).isEqualTo(1);
    appendInTransaction(0, 2, 3);
    appendInTransaction(0, 5, 1);
    assertThat(states.stableBelow(2)).isEqualTo(2);
    assertThat(states.stableBelow(6)).isEqualTo(2);
    assertThat(end(0, 7, true)).isNull();
    assertThat(states.stableBelow(6)).isEqualTo(2);
    assertThat(states.stableBelow(7)).isEqualTo(7);
  }

  @Test
  void ofTwoTransactionsTheEarlierOneCounts() {
    states.append(TestBatches.transactionalBatch(0, 1, 0, 0, 2), 0);
    states.append(TestBatches.transactionalBatch(2, 2, 0, 0, 2), 0);
    states.append(TestBatches.marker(4, 2, 0, 1, true), 0);
    assertThat(states.stableBelow(5)).isZero();
    assertThat(states.append(TestBatches.marker(5, 1, 0, 1, false), 0))
        .isEqualTo(new AbortedRange(1, 0, 5));
    assertThat(states.stableBelow(6)).isEqualTo(6);
  }

  @Test
  void aMarkerOfANewerEpochEndsTheTransactionAndShutsTheOldEpochOut() {
    appendInTransaction(3, 0, 2);
    assertThat(states.inTransaction(PRODUCER, (short) 3)).isTrue();
    assertThat(end(4, 1, false)).isEqualTo(new AbortedRange(PRODUCER, 0, 2));
    assertThat(states.inTransaction(PRODUCER, (short) 3)).isFalse();
    assertThat(states.isFenced(PRODUCER, (short) 3)).isTrue();
    assertRefused(
        states.check(TestBatches.transactionalBatch(3, PRODUCER, 3, 2, 1), 0),
        ErrorCode.INVALID_PRODUCER_EPOCH);
    assertRefused(
        states.checkEpoch(TestBatches.transactionalBatch(3, PRODUCER, 3, -1, 1), 0),
        ErrorCode.INVALID_PRODUCER_EPOCH);
    assertAccepted(states.check(TestBatches.transactionalBatch(3, PRODUCER, 4, 0, 1), 0));
    assertAccepted(states.checkEpoch(TestBatches.transactionalBatch(3, PRODUCER, 4, -1, 1), 0));
  }

  @Test
  void aMarkerOfTheSameEpochLeavesTheSequenceWhereItWas() {
    appendInTransaction(0, 0, 2);
    end(0, 1, true);
    assertAccepted(states.check(TestBatches.transactionalBatch(3, PRODUCER, 0, 2, 1), 0));
    assertThat(states.check(TestBatches.transactionalBatch(3, PRODUCER, 0, 0, 2), 0))
        .isEqualTo(new ProducerCheck.Duplicate(0, 2, -1));
  }

  @Test
  void markersOfOldCoordinatorsAndOldEpochsAreRefusedAndRepeatedOnesAreNot() {
    assertThat(states.checkMarker(PRODUCER, (short) 0, 5, false)).isEqualTo(ErrorCode.NONE);
    appendInTransaction(2, 0, 1);
    assertThat(states.checkMarker(PRODUCER, (short) 1, 5, false))
        .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    end(2, 5, true);
    assertThat(states.checkMarker(PRODUCER, (short) 2, 5, false)).isEqualTo(ErrorCode.NONE);
    assertThat(states.checkMarker(PRODUCER, (short) 3, 4, false))
        .isEqualTo(ErrorCode.TRANSACTION_COORDINATOR_FENCED);
    assertThat(end(2, 5, false)).isNull();
  }

  @Test
  void aLateMarkerThatRaisedTheEpochDoesNotHitTheNextTransaction() {
    appendInTransaction(2, 0, 1);
    assertThat(states.checkMarker(PRODUCER, (short) 3, 5, true)).isEqualTo(ErrorCode.NONE);
    end(3, 5, true);
    assertThat(states.checkMarker(PRODUCER, (short) 3, 5, true)).isEqualTo(ErrorCode.NONE);
    appendInTransaction(3, 0, 1);
    assertThat(states.checkMarker(PRODUCER, (short) 3, 5, true))
        .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(states.checkMarker(PRODUCER, (short) 3, 5, false)).isEqualTo(ErrorCode.NONE);
    assertThat(states.checkMarker(PRODUCER, (short) 4, 5, true)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void whoHasATransactionOpenWritesNothingOutsideOfIt() {
    append(0, 0, 1);
    appendInTransaction(0, 1, 1);
    assertRefused(check(0, 2, 1), ErrorCode.INVALID_TXN_STATE);
    assertThat(check(0, 0, 1)).isEqualTo(new ProducerCheck.Duplicate(0, 1, -1));
    end(0, 1, true);
    assertAccepted(check(0, 2, 1));
  }

  @Test
  void anOpenTransactionDoesNotExpire() {
    appendInTransaction(0, 0, 1);
    states.expire(0, 1000);
    assertThat(states.expire(1_000_000, 1000)).isZero();
    assertThat(states.stableBelow(1)).isZero();
    end(0, 1, true);
    states.expire(2_000_000, 1000);
    assertThat(states.expire(3_000_000, 1000)).isEqualTo(1);
  }

  @Test
  void producersAreShownWithTheirTransactions() {
    append(1, 0, 2);
    appendInTransaction(1, 2, 3);
    assertThat(states.active())
        .containsExactly(new ActiveProducer(PRODUCER, (short) 1, 4, 1002, -1, 2));
    end(2, 9, true);
    assertThat(states.active())
        .containsExactly(new ActiveProducer(PRODUCER, (short) 2, -1, 1000, 9, -1));
  }

  @Test
  void aSnapshotKeepsOpenTransactionsAndMarkersThatAreNotCommittedYet() {
    states.append(TestBatches.transactionalBatch(0, 1, 0, 0, 2), 0);
    states.append(TestBatches.marker(2, 1, 0, 6, false), 0);
    states.append(TestBatches.transactionalBatch(3, 2, 0, 0, 2), 0);
    ProducerStates restored = new ProducerStates();
    assertThat(restored.restore(states.snapshot())).isTrue();
    assertThat(restored.active()).containsExactlyInAnyOrderElementsOf(states.active());
    assertThat(restored.stableBelow(2)).isZero();
    assertThat(restored.stableBelow(5)).isEqualTo(3);
    assertThat(restored.checkMarker(1, (short) 0, 5, false))
        .isEqualTo(ErrorCode.TRANSACTION_COORDINATOR_FENCED);
  }

  @Test
  void aSnapshotOfTheTimeBeforeTransactionsIsUnderstood() {
    ByteBuffer old = ByteBuffer.allocate(12 + 11 + 24);
    old.putInt(0).putInt(1).putInt(1).putLong(PRODUCER).putShort((short) 3).put((byte) 1);
    old.putInt(7).putInt(1).putLong(40).putLong(-1).flip();
    CRC32C crc = new CRC32C();
    crc.update(old.slice(4, old.limit() - 4));
    old.putInt(0, (int) crc.getValue());
    assertThat(states.restore(old)).isTrue();
    assertThat(check(3, 7, 2)).isEqualTo(new ProducerCheck.Duplicate(40, 42, -1));
    assertThat(states.inTransaction(PRODUCER, (short) 3)).isFalse();
    assertThat(states.stableBelow(42)).isEqualTo(42);
  }

  @Test
  void stagedBatchesCountInTheSameRound(@TempDir Path folder) {
    PartitionLog log = open(folder, false);
    log.stage(batch(0, 0, 0, 2));
    assertThat(log.producerStates().check(batch(0, 0, 0, 2), 0))
        .isEqualTo(new ProducerCheck.Duplicate(0, 2, -1));
    assertAccepted(log.producerStates().check(batch(2, 0, 2, 1), 0));
    log.write();
    log.close();
  }

  @Test
  void whatAProducerDidOutlivesKillsAndCleanStops(@TempDir Path folder) {
    PartitionLog log = open(folder, false);
    for (int i = 0; i < 10; i++) {
      log.stage(batch(i * 2L, 0, i * 2, 2));
      log.write();
    }
    log.close();
    for (boolean clean : new boolean[] {true, false}) {
      log = open(folder, clean);
      assertThat(log.producerStates().check(batch(20, 0, 18, 2), 0))
          .isEqualTo(new ProducerCheck.Duplicate(18, 20, -1));
      assertAccepted(log.producerStates().check(batch(20, 0, 20, 2), 0));
      log.close();
    }
  }

  @Test
  void truncationForgetsWhatItCuts(@TempDir Path folder) {
    PartitionLog log = open(folder, false);
    for (int i = 0; i < 10; i++) {
      log.stage(batch(i * 2L, 0, i * 2, 2));
      log.write();
    }
    log.truncateTo(8);
    assertThat(log.producerStates().check(batch(8, 0, 6, 2), 0))
        .isEqualTo(new ProducerCheck.Duplicate(6, 8, -1));
    assertAccepted(log.producerStates().check(batch(8, 0, 8, 2), 0));
    log.truncateFullyAndStartAt(100);
    assertThat(log.producerStates().size()).isZero();
    log.close();
  }

  private static PartitionLog open(Path folder, boolean clean) {
    LogConfig config = LogConfig.defaults().toBuilder().segmentBytes(300).build();
    return PartitionLog.open(folder, config, clean, Runnable::run);
  }
}
