package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.replication.log.DirectoryPlacement.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DirectoryPlacementTest {
  @Test
  void aBurstOfNewPartitionsSpreadsInProportionToTheRoomThereIs() {
    List<Candidate> candidates =
        new ArrayList<>(List.of(new Candidate(1_000, 0, false), new Candidate(3_000, 0, false)));
    for (int i = 0; i < 400; i++) {
      int chosen = DirectoryPlacement.choose(candidates);
      Candidate now = candidates.get(chosen);
      candidates.set(chosen, new Candidate(now.freeBytes(), now.replicas() + 1, false));
    }
    assertThat(candidates.get(0).replicas()).isBetween(99, 101);
    assertThat(candidates.get(1).replicas()).isBetween(299, 301);
  }

  @Test
  void ofEqualsTheFirstIsTakenThenTheOther() {
    assertThat(
            DirectoryPlacement.choose(
                List.of(new Candidate(10, 0, false), new Candidate(10, 0, false))))
        .isZero();
    assertThat(
            DirectoryPlacement.choose(
                List.of(new Candidate(10, 1, false), new Candidate(10, 0, false))))
        .isEqualTo(1);
  }

  @Test
  void aFullDirectoryIsTakenOnlyWhenAllAre() {
    assertThat(
            DirectoryPlacement.choose(
                List.of(new Candidate(1_000, 0, true), new Candidate(10, 5, false))))
        .isEqualTo(1);
    assertThat(
            DirectoryPlacement.choose(
                List.of(new Candidate(10, 0, true), new Candidate(1_000, 0, true))))
        .isEqualTo(1);
    assertThat(DirectoryPlacement.choose(List.of())).isEqualTo(-1);
  }
}
