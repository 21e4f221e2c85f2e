package io.weir.coordinator.transaction.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.transaction.core.Partitions.Fate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What always holds, told from the committed log and the partitions: a transaction's records are
 * all visible or none, as the log has decided, and decided only once; epochs only grow; what was
 * answered is in the log.
 */
final class TransactionInvariants {
  /** What the log says of one transactional id. */
  private static final class History {
    private final List<String> states = new ArrayList<>();

    /** The outcome of each transaction that was decided; true for a commit. */
    private final List<Boolean> outcomes = new ArrayList<>();

    private int complete;
  }

  private final World world;
  private final Partitions partitions;
  private final Map<String, History> histories = new HashMap<>();
  private final Map<Long, Short> epochs = new HashMap<>();
  private int recordsSeen;

  TransactionInvariants(World world, Partitions partitions) {
    this.world = world;
    this.partitions = partitions;
  }

  private History history(String id) {
    return histories.computeIfAbsent(id, i -> new History());
  }

  /** All states of the id in the log, oldest first. */
  List<String> logOf(String id) {
    readLog();
    return history(id).states;
  }

  /** How many transactions of the id the log has decided. */
  int transactionsOf(String id) {
    readLog();
    return history(id).outcomes.size();
  }

  /** A producer was told that its transaction has that outcome. */
  void ended(String id, boolean commit) {
    readLog();
    assertThat(history(id).outcomes).as("what was decided for %s", id).isNotEmpty();
    assertThat(history(id).outcomes.getLast()).as("the outcome that was told").isEqualTo(commit);
  }

  void check() {
    readLog();
    partitions
        .all()
        .forEach((record, fate) -> {
          History history = history(record.transactionalId());
          boolean decided = record.transaction() < history.outcomes.size();
          if (fate == Fate.OPEN) {
            assertThat(record.transaction())
                .as("%s is open, and its transaction complete", record)
                .isGreaterThanOrEqualTo(history.complete);
          } else {
            assertThat(decided).as("%s is %s, and nobody decided it", record, fate).isTrue();
            assertThat(fate == Fate.VISIBLE)
                .as("%s is visible", record)
                .isEqualTo(history.outcomes.get(record.transaction()));
          }
        });
  }

  /** Nothing is left undecided. */
  void checkEnd() {
    partitions
        .all()
        .forEach((record, fate) ->
            assertThat(fate).as("what became of %s", record).isNotEqualTo(Fate.OPEN));
    assertThat(world.core().openTransactions()).isZero();
  }

  private void readLog() {
    for (; recordsSeen < world.log.size(); recordsSeen++) {
      TransactionRecord record = world.log.get(recordsSeen);
      History history = history(record.transactionalId());
      TransactionState state = record.state();
      if (state == null) {
        history.states.add(TransactionStatus.DEAD.shown());
        continue;
      }
      history.states.add(state.status().shown());
      Short before = epochs.put(state.producer().id(), state.producer().epoch());
      assertThat(before == null || before <= state.producer().epoch())
          .as("the epoch of %s goes back", state.producer())
          .isTrue();
      switch (state.status()) {
        case PREPARE_COMMIT, PREPARE_ABORT -> history.outcomes.add(state.status().isCommit());
        case COMPLETE_COMMIT, COMPLETE_ABORT -> {
          assertThat(state.status().isCommit())
              .as("the outcome of %s changes", record.transactionalId())
              .isEqualTo(history.outcomes.getLast());
          history.complete = history.outcomes.size();
        }
        case EMPTY, ONGOING, DEAD, PREPARE_EPOCH_FENCE ->
            assertThat(history.complete)
                .as("something begins while a transaction is being decided")
                .isEqualTo(history.outcomes.size());
      }
    }
  }
}
