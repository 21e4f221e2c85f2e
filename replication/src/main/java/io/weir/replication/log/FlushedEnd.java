package io.weir.replication.log;

/**
 * Up to where a log is on disk, be it by its own files or by the journal. Decides only; confined to
 * the partition's loop.
 *
 * <p>What the journal has counts only where it rests on something: all from {@code journaledFrom}
 * on is in it, all before {@code settled} is in the log's own files.
 *
 * <p>Invariant: {@link #flushed} never goes back but by {@link #truncated}.
 */
final class FlushedEnd {
  private long settled;
  private long journaledFrom;
  private long journaledTo;
  private long flushed;

  /**
   * @param settled all before it is on disk in the log's own files
   * @param journaledFrom all that is appended from here on goes to the journal
   */
  FlushedEnd(long settled, long journaledFrom) {
    this.settled = settled;
    this.journaledFrom = journaledFrom;
    this.journaledTo = journaledFrom;
    this.flushed = settled;
  }

  /** All before this offset is on disk. */
  long flushed() {
    return flushed;
  }

  /** The journal is of use once the log's own files have all before this offset. */
  long journaledFrom() {
    return journaledFrom;
  }

  /** Whether what the journal has is of no use until the log's own files are on disk. */
  boolean hasToSettle() {
    return settled < journaledFrom;
  }

  /** The journal has all appends from {@code journaledFrom} to here. */
  void journaled(long to) {
    journaledTo = Math.max(journaledTo, to);
    advance();
  }

  /** The log's own files have all before the offset, and whoever opens the log knows. */
  void settled(long to) {
    settled = Math.max(settled, to);
    advance();
  }

  /** What was appended up to the offset does not go to the journal, what comes after does. */
  void skipped(long to) {
    journaledFrom = to;
    journaledTo = to;
  }

  /** The log was cut and ends at the offset. */
  void truncated(long to) {
    settled = Math.min(settled, to);
    journaledFrom = Math.min(journaledFrom, to);
    journaledTo = Math.min(journaledTo, to);
    flushed = Math.min(flushed, to);
  }

  private void advance() {
    long now = hasToSettle() ? settled : Math.max(settled, journaledTo);
    flushed = Math.max(flushed, now);
  }
}
