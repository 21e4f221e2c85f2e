package io.weir.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A batch that comes too late opens no transaction. */
final class TransactionGuardsTest {
  private final TransactionGuards guards = new TransactionGuards(3);

  private static TransactionGuards.Question asks(long producerId) {
    return asks(producerId, 0, -1, false);
  }

  private static TransactionGuards.Question asks(
      long producerId, int epoch, int sequence, boolean beginsAtZero) {
    return new TransactionGuards.Question(producerId, (short) epoch, sequence, beginsAtZero);
  }

  @Test
  void questionsOfOneProducerShareAGuardUntilItsTransactionIsOpenOrOver() {
    long guard = guards.guardFor(asks(7));
    assertThat(guard).isNotZero();
    assertThat(guards.guardFor(asks(7))).isEqualTo(guard);
    assertThat(guards.isCurrent(7, guard)).isTrue();
    assertThat(guards.isCurrent(8, guard)).isFalse();

    guards.revoke(7);
    assertThat(guards.isCurrent(7, guard)).isFalse();
    assertThat(guards.guardFor(asks(7))).isNotEqualTo(guard);
    assertThat(guards.isCurrent(7, guard)).isFalse();
  }

  @Test
  void noGuardIsNeverEnough() {
    assertThat(guards.isCurrent(7, 0)).isFalse();
    long guard = guards.guardFor(asks(7));
    assertThat(guards.isCurrent(7, 0)).isFalse();
    assertThat(new TransactionGuards(4).guardFor(asks(7))).isNotEqualTo(guard);
  }

  @Test
  void questionsThatLeadToNothingAreForgotten() {
    long guard = guards.guardFor(asks(7));
    guards.sweep();
    assertThat(guards.isCurrent(7, guard)).isTrue();
    guards.guardFor(asks(8));
    guards.sweep();
    assertThat(guards.isCurrent(7, guard)).isFalse();
    assertThat(guards.size()).isEqualTo(1);
  }

  @Test
  void theLowestSequenceThatWasAskedForOpensTheTransaction() {
    assertThat(guards.latestBeginning(7)).isEqualTo(Integer.MAX_VALUE);
    guards.guardFor(asks(7));
    assertThat(guards.latestBeginning(7)).isEqualTo(Integer.MAX_VALUE);
    guards.guardFor(asks(7, 0, 5, false));
    guards.guardFor(asks(7, 0, 9, false));
    assertThat(guards.latestBeginning(7)).isEqualTo(5);
    guards.guardFor(asks(7, 0, 2, false));
    assertThat(guards.latestBeginning(7)).isEqualTo(2);
    guards.revoke(7);
    assertThat(guards.latestBeginning(7)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aLaterEpochBeginsAnewAndAnEarlierOneCountsNoMore() {
    guards.guardFor(asks(7, 1, 5, false));
    guards.guardFor(asks(7, 2, 8, false));
    guards.guardFor(asks(7, 1, 3, false));
    assertThat(guards.latestBeginning(7)).isEqualTo(8);
  }

  @Test
  void transactionsOfVersionTwoBeginAtZero() {
    guards.guardFor(asks(7, 1, 5, true));
    assertThat(guards.latestBeginning(7)).isZero();
  }
}
