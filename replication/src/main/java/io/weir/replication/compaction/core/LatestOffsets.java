package io.weir.replication.compaction.core;

import java.nio.ByteBuffer;

/** The last offset of each key in the dirty part of a log. */
@FunctionalInterface
public interface LatestOffsets {
  /** -1 for a key that is not in that part. The key's position may move. */
  long of(ByteBuffer key);
}
