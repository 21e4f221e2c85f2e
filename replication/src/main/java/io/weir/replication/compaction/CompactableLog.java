package io.weir.replication.compaction;

import io.weir.replication.log.CleanedSegment;
import io.weir.replication.log.CompactionTask;
import org.jspecify.annotations.Nullable;

/**
 * A log as a cleaner sees it. The methods are called by a cleaner's thread, have their work done by
 * the log's owner, and wait for it.
 */
public interface CompactableLog {
  /** For log lines. */
  String name();

  /** Null when there is nothing to do any more; else the cleaner closes it. */
  @Nullable CompactionTask begin();

  /**
   * See {@link io.weir.replication.log.LogCompaction#commit}; false as well when the log failed.
   */
  boolean commit(CleanedSegment cleaned);

  /** Completes a commit. */
  void swap(CleanedSegment cleaned);

  /** The pass is over, whatever became of it. */
  void end(CompactionTask task, long compactedTo);
}
