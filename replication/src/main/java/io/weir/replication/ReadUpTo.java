package io.weir.replication;

/** Where a reader's view of the log ends. */
public enum ReadUpTo {
  /** What is committed: for consumers that read uncommitted transactions too. */
  HIGH_WATERMARK,
  /** What is committed and belongs to no open transaction. */
  LAST_STABLE,
  /** All that is written here: for a coordinator that loads its state, and for debugging. */
  LOG_END
}
