package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentRollTest {
  @TempDir Path root;
  private final Deque<Runnable> background = new ArrayDeque<>();

  private PartitionLog open(LogConfig config, boolean afterCleanStop) {
    return PartitionLog.open(root.resolve("log"), config, afterCleanStop, background::add);
  }

  @AfterEach
  void runBackground() {
    while (!background.isEmpty()) {
      background.poll().run();
    }
  }

  private static void append(PartitionLog log, int batches) {
    for (int i = 0; i < batches; i++) {
      log.stage(TestBatches.batch(log.nextOffset(), 1, 1, 1000));
    }
    log.write();
  }

  /** Each batch but a segment's first has an entry of eight bytes: three fit. */
  private static LogConfig threeEntries() {
    return LogConfig.defaults().toBuilder().indexIntervalBytes(0).segmentIndexBytes(31).build();
  }

  @Test
  void aSegmentEndsBeforeItsIndexIsTooLarge() {
    PartitionLog log = open(threeEntries(), false);
    append(log, 4);
    assertThat(log.segmentCount()).isEqualTo(1);
    append(log, 1);
    assertThat(log.segmentCount()).isEqualTo(2);
    append(log, 8);
    assertThat(log.segments()).extracting(LogSegment::baseOffset).containsExactly(0L, 4L, 8L, 12L);
    log.close();
  }

  @Test
  void theIndexOfASegmentThatWasOpenedAgainStillCounts() {
    PartitionLog log = open(threeEntries(), false);
    append(log, 3);
    log.close();
    log = open(threeEntries(), true);
    append(log, 2);
    assertThat(log.segments()).extracting(LogSegment::baseOffset).containsExactly(0L, 4L);
    log.close();
  }

  @Test
  void anIndexWithoutRoomForAnyEntryStillLetsEachSegmentHaveABatch() {
    PartitionLog log = open(threeEntries().toBuilder().segmentIndexBytes(4).build(), false);
    append(log, 3);
    assertThat(log.segmentCount()).isEqualTo(3);
    log.close();
  }

  @Test
  void jitterIsAnotherPartForEachSegmentAndEachLogButTheSameOnAllReplicas() {
    LogConfig config =
        LogConfig.defaults().toBuilder().segmentMs(1000).segmentJitterMs(300).build();
    SegmentRoll one = new SegmentRoll("topic-0");
    SegmentRoll other = new SegmentRoll("topic-1");
    long[] ofOne = LongStream.range(0, 1000).map(base -> one.jitterMs(base, config)).toArray();
    long[] ofOther = LongStream.range(0, 1000).map(base -> other.jitterMs(base, config)).toArray();
    assertThat(LongStream.of(ofOne)).allMatch(ms -> ms >= 0 && ms < 300);
    assertThat(LongStream.of(ofOne).distinct().count()).isGreaterThan(200);
    assertThat(ofOne).isNotEqualTo(ofOther);
    assertThat(new SegmentRoll("topic-0").jitterMs(7, config)).isEqualTo(ofOne[7]);
  }

  @Test
  void jitterNeverTakesAllOfASegmentsTime() {
    LogConfig config =
        LogConfig.defaults().toBuilder().segmentMs(1).segmentJitterMs(Long.MAX_VALUE).build();
    SegmentRoll roll = new SegmentRoll("topic-0");
    assertThat(LongStream.range(0, 100).map(base -> roll.jitterMs(base, config))).containsOnly(0L);
  }

  @Test
  void aSegmentEndsEarlierByItsJitter() {
    LogConfig config =
        LogConfig.defaults().toBuilder().segmentMs(1000).segmentJitterMs(900).build();
    long lasts = 1000 - new SegmentRoll("log").jitterMs(0, config);
    assertThat(lasts).isLessThan(1000);
    PartitionLog log = open(config, false);
    log.stage(TestBatches.batch(0, 1, 1, 5000));
    log.stage(TestBatches.batch(1, 1, 1, 5000 + lasts));
    log.write();
    assertThat(log.segmentCount()).isEqualTo(1);
    log.stage(TestBatches.batch(2, 1, 1, 5000 + lasts + 1));
    log.write();
    assertThat(log.segmentCount()).isEqualTo(2);
    log.close();
  }
}
