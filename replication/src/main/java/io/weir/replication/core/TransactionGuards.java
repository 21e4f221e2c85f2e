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
 * <p>Guards that no question was asked for between two sweeps go, so that questions which lead to
 * nothing cost no memory for good; their batches are refused, and come again with a new question.
 */
public final class TransactionGuards {
  private final Map<Long, Long> guards = new HashMap<>();
  private final Set<Long> askedSinceSweep = new HashSet<>();
  private long next;

  /**
   * @param leaderEpoch so that no guard of another leadership is ever one of this
   */
  public TransactionGuards(int leaderEpoch) {
    next = ((long) leaderEpoch << Integer.SIZE) + 1;
  }

  /** The producer's guard, which is made where it has none; never 0. */
  public long guardFor(long producerId) {
    askedSinceSweep.add(producerId);
    return guards.computeIfAbsent(producerId, _ -> next++);
  }

  public boolean isCurrent(long producerId, long guard) {
    Long current = guards.get(producerId);
    return current != null && current == guard;
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
