package io.weir.replication.compaction.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What of a log is compacted, and when: four sealed segments of 100 bytes and 10 offsets each. */
final class CompactionPlanTest {
  private static final CleanupConfig CONFIG =
      CleanupConfig.defaults().withPolicy(CleanupPolicy.COMPACT);
  private static final List<SegmentFacts> SEGMENTS =
      List.of(segment(0, 1_000), segment(10, 2_000), segment(20, 3_000), segment(30, 4_000));
  private static final long NOW_MS = 5_000;

  private static SegmentFacts segment(long base, long timestampMs) {
    return new SegmentFacts(base, base + 10, 100, timestampMs, timestampMs + 500);
  }

  private static CompactionPlan plan(long compactedTo, CleanupConfig config) {
    return Objects.requireNonNull(CompactionPlan.of(SEGMENTS, compactedTo, 40, config, NOW_MS));
  }

  @Test
  void whatIsNotCompactedIsDirtyAndMoreThanHalfOfItIsWorthAPass() {
    CompactionPlan all = plan(0, CONFIG);
    CompactionPlan half = plan(20, CONFIG);

    assertThat(all).isEqualTo(new CompactionPlan(0, 40, 1.0, false));
    assertThat(all.isDue(CONFIG)).isTrue();
    assertThat(half).isEqualTo(new CompactionPlan(20, 40, 0.5, false));
    assertThat(half.isDue(CONFIG)).isFalse();
    assertThat(half.isDue(CONFIG.withMinCleanableDirtyRatio(0.4))).isTrue();
  }

  @Test
  void noSegmentThatIsUndecidedOrTooYoungIsTouchedNorAnyAfterIt() {
    assertThat(CompactionPlan.of(SEGMENTS, 0, 29, CONFIG, NOW_MS))
        .isEqualTo(new CompactionPlan(0, 20, 1.0, false));
    assertThat(CompactionPlan.of(SEGMENTS, 0, 40, CONFIG.withMinCompactionLagMs(2_000), NOW_MS))
        .isEqualTo(new CompactionPlan(0, 20, 1.0, false));
    assertThat(CompactionPlan.of(SEGMENTS, 20, 25, CONFIG, NOW_MS)).isNull();
  }

  @Test
  void whatWaitedForTooLongIsDueWhateverItsShareAndComesFirst() {
    CleanupConfig config = CONFIG.withMaxCompactionLagMs(900).withMinCleanableDirtyRatio(1);
    CompactionPlan overdue = plan(30, config);
    CompactionPlan dirtier = new CompactionPlan(0, 40, 0.9, false);

    assertThat(overdue).isEqualTo(new CompactionPlan(30, 40, 0.25, true));
    assertThat(overdue.isDue(config)).isTrue();
    assertThat(overdue).isLessThan(dirtier);
    assertThat(dirtier).isLessThan(new CompactionPlan(0, 40, 0.8, false));
  }

  @Test
  void neighboursBecomeOneSegmentAsFarAsTheyFit() {
    assertThat(CompactionPlan.groups(SEGMENTS, 40, 250)).containsExactly(2, 2);
    assertThat(CompactionPlan.groups(SEGMENTS, 21, 1_000)).containsExactly(3);
    assertThat(CompactionPlan.groups(SEGMENTS, 40, 10)).containsExactly(1, 1, 1, 1);
  }

  @Test
  void oneSegmentCoversNoMoreOffsetsThanItsIndexCanNumber() {
    long far = Integer.MAX_VALUE - 5L;
    List<SegmentFacts> wide =
        List.of(new SegmentFacts(0, far, 1, 0, 0), new SegmentFacts(far, far + 10, 1, 0, 0));
    assertThat(CompactionPlan.groups(wide, far + 10, 1_000)).containsExactly(1, 1);
  }
}
