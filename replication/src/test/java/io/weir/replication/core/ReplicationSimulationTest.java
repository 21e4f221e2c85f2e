package io.weir.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.replication.core.ReplicationSimulation.Mistake;
import org.junit.jupiter.api.Test;

/** Seeded runs; {@code -Dseed=N} repeats one. */
class ReplicationSimulationTest {
  private static final int SEEDS = 300;
  private static final int STEPS = 3_000;

  @Test
  void committedRecordsSurviveWhateverHappens() {
    Long only = Long.getLong("seed");
    long committed = 0;
    for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
      ReplicationSimulation simulation = new ReplicationSimulation(seed, Mistake.NONE);
      try {
        simulation.run(STEPS);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            e.getMessage() + "; again with -Dtest=ReplicationSimulationTest -Dseed=" + seed, e);
      }
      committed += simulation.committedRecords();
    }
    assertThat(committed).as("records that were committed in all runs").isPositive();
  }

  @Test
  void aFollowerThatTruncatesToItsHighWatermarkIsFoundOut() {
    assertThat(isFoundOut(Mistake.TRUNCATE_TO_HIGH_WATERMARK)).isTrue();
  }

  @Test
  void aLeaderThatCountsWhatIsNotOnDiskIsFoundOutWhenThePowerFails() {
    assertThat(isFoundOut(Mistake.COUNT_APPENDED)).isTrue();
  }

  private static boolean isFoundOut(Mistake mistake) {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new ReplicationSimulation(seed, mistake).run(STEPS);
      } catch (AssertionError | RuntimeException e) {
        return true;
      }
    }
    return false;
  }
}
