package io.weir.replication.loop;

/**
 * Something that has work left at the end of a loop's round. The loop calls the three steps in
 * order, each on all participants before the next: so writes batch, and an answer leaves only after
 * the write that it covers.
 */
public interface RoundParticipant {
  /** Writes all that the round staged. */
  void write();

  /** Hands what was written to others: followers, leaders. */
  void publish();

  /** Answers what is now decided. */
  void answer();
}
