package io.weir.replication.log;

/**
 * How far a log is compacted. Immutable.
 *
 * @param compactedTo all before this offset is compacted
 * @param restsOn records and markers before this offset have made void what is not there any more,
 *     so the log cannot be cut below it and be of use; not less than {@code compactedTo}
 */
record CompactionMark(long compactedTo, long restsOn) {
  static final CompactionMark NONE = new CompactionMark(0, 0);

  CompactionMark {
    restsOn = Math.max(compactedTo, restsOn);
  }

  /** What holds of a log that ends there; what it has lost at its end will come again. */
  CompactionMark endingAt(long logEndOffset) {
    return new CompactionMark(Math.min(compactedTo, logEndOffset), restsOn);
  }
}
