package io.weir.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetWaitsTest {
  private final OffsetWaits<String> waits = new OffsetWaits<>();

  @Test
  void requestsAreMetInTheOrderOfTheirOffsets() {
    waits.add(9, 100, "later");
    waits.add(5, 100, "first");
    waits.add(5, 100, "second");

    assertThat(waits.met(4)).isEmpty();
    assertThat(waits.met(8)).containsExactly("first", "second");
    assertThat(waits.isEmpty()).isFalse();
  }

  @Test
  void requestsWhoseTimeIsUpAreTakenOutAndOthersStay() {
    waits.add(5, 100, "short");
    waits.add(5, 300, "long");

    assertThat(waits.expired(99)).isEmpty();
    assertThat(waits.expired(100)).containsExactly("short");
    assertThat(waits.expired(299)).isEmpty();
    assertThat(waits.met(5)).containsExactly("long");
  }

  @Test
  void aRequestThatIsTakenBackIsNeitherMetNorExpired() {
    waits.add(5, 100, "a");
    waits.remove("a");

    assertThat(waits.met(9)).isEmpty();
    assertThat(waits.expired(200)).isEmpty();
  }

  @Test
  void drainingGivesAllOnce() {
    waits.add(5, 100, "b");
    waits.add(3, 100, "a");

    assertThat(waits.drain()).containsExactly("a", "b");
    assertThat(waits.drain()).isEmpty();
  }
}
