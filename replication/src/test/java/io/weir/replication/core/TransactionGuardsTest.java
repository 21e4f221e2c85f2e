package io.weir.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A batch that comes too late opens no transaction. */
final class TransactionGuardsTest {
  private final TransactionGuards guards = new TransactionGuards(3);

  @Test
  void questionsOfOneProducerShareAGuardUntilItsTransactionIsOpenOrOver() {
    long guard = guards.guardFor(7);
    assertThat(guard).isNotZero();
    assertThat(guards.guardFor(7)).isEqualTo(guard);
    assertThat(guards.isCurrent(7, guard)).isTrue();
    assertThat(guards.isCurrent(8, guard)).isFalse();

    guards.revoke(7);
    assertThat(guards.isCurrent(7, guard)).isFalse();
    assertThat(guards.guardFor(7)).isNotEqualTo(guard);
    assertThat(guards.isCurrent(7, guard)).isFalse();
  }

  @Test
  void noGuardIsNeverEnough() {
    assertThat(guards.isCurrent(7, 0)).isFalse();
    long guard = guards.guardFor(7);
    assertThat(guards.isCurrent(7, 0)).isFalse();
    assertThat(new TransactionGuards(4).guardFor(7)).isNotEqualTo(guard);
  }

  @Test
  void questionsThatLeadToNothingAreForgotten() {
    long guard = guards.guardFor(7);
    guards.sweep();
    assertThat(guards.isCurrent(7, guard)).isTrue();
    guards.guardFor(8);
    guards.sweep();
    assertThat(guards.isCurrent(7, guard)).isFalse();
    assertThat(guards.size()).isEqualTo(1);
  }
}
