package io.weir.replication.compaction.core;

/** How a log is kept from growing for ever. */
public enum CleanupPolicy {
  /** Old segments go, by age and size. */
  DELETE,
  /** Records go that a later one of the same key has made void. */
  COMPACT,
  /** Both. */
  COMPACT_AND_DELETE
}
