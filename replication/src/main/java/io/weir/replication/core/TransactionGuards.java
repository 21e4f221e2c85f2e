package io.weir.replication.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a batch from opening a transaction that has ended while its coordinator was asked about it
 * (KIP-890): such a transaction nobody would end. Before the question a producer gets a guard; the
 * batch that comes back with the answer may open a transaction only while that guard is the
 * producer's. One leadership's; pure; confined to the partition's owner.
 *
 * <pre>
 *   (none) --question--> guarded --any marker, or the transaction is opened--> (none)
 *                           |  ^
 *                           +--+ another question: the same guard
 * </pre>
 *
 * <p>With the guard goes what the questions told about sequence numbers. A producer that is not
 * known in the log may begin anywhere there; but one that begins each transaction at 0 does so, and
 * of several batches on their way the first must not be passed by those behind it.
 *
 * <p>Guards that no question was asked for between two sweeps go, so that questions which lead to
 * nothing cost no memory for good; their batches are refused, and come again with a new question.
 */
public final class TransactionGuards {
  private final Map<Long, Guard> guards = new HashMap<>();
  private final Set<Long> askedSinceSweep = new HashSet<>();
  private long next;

  /**
   * A batch that would open a transaction. Immutable.
   *
   * @param firstSequence its first sequence number; -1 when it has none
   * @param beginsAtZero whether its producer begins each transaction at sequence 0
   */
  public record Question(
      long producerId, short producerEpoch, int firstSequence, boolean beginsAtZero) {}

  /** A producer's guard, and the lowest sequence number it was asked for in its epoch. */
  private static final class Guard {
    private final long number;
    private short epoch = -1;
    private int lowestSequence = Integer.MAX_VALUE;

    Guard(long number) {
      this.number = number;
    }

    void note(Question question) {
      if (question.producerEpoch() > epoch) {
        epoch = question.producerEpoch();
        lowestSequence = Integer.MAX_VALUE;
      }
      int sequence = question.beginsAtZero() ? 0 : question.firstSequence();
      if (question.producerEpoch() == epoch && sequence >= 0) {
        lowestSequence = Math.min(lowestSequence, sequence);
      }
    }
  }

  /**
   * @param leaderEpoch so that no guard of another leadership is ever one of this
   */
  public TransactionGuards(int leaderEpoch) {
    next = ((long) leaderEpoch << Integer.SIZE) + 1;
  }

  /** The producer's guard, which is made where it has none; never 0. */
  public long guardFor(Question question) {
    askedSinceSweep.add(question.producerId());
    Guard guard = guards.computeIfAbsent(question.producerId(), _ -> new Guard(next++));
    guard.note(question);
    return guard.number;
  }

  public boolean isCurrent(long producerId, long guard) {
    Guard current = guards.get(producerId);
    return current != null && current.number == guard;
  }

  /**
   * The highest sequence number with which the producer, if it is not known in the log, may open
   * its transaction; 2^31-1 for any.
   */
  public int latestBeginning(long producerId) {
    Guard guard = guards.get(producerId);
    return guard == null ? Integer.MAX_VALUE : guard.lowestSequence;
  }

  /** The producer's guard is void: its transaction is open now, or has ended. */
  public void revoke(long producerId) {
    guards.remove(producerId);
    askedSinceSweep.remove(producerId);
  }

  /** To be called now and then, at intervals far longer than a question takes. */
  public void sweep() {
    guards.keySet().retainAll(askedSinceSweep);
    askedSinceSweep.clear();
  }

  int size() {
    return guards.size();
  }
}
