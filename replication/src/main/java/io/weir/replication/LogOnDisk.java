package io.weir.replication;

import io.weir.replication.core.EpochBoundary;
import io.weir.replication.core.LogView;
import io.weir.replication.log.EpochEnd;
import io.weir.replication.log.PartitionLog;

/** Shows a log to the cores. Confined to the partition's loop. */
record LogOnDisk(PartitionLog log) implements LogView {
  @Override
  public long logStartOffset() {
    return log.logStartOffset();
  }

  @Override
  public long logEndOffset() {
    return log.logEndOffset();
  }

  @Override
  public int latestEpoch() {
    long end = log.logEndOffset();
    return end > log.logStartOffset() ? log.epochAt(end - 1) : -1;
  }

  @Override
  public EpochBoundary endOffsetOf(int leaderEpoch) {
    EpochEnd end = log.endOffsetOf(leaderEpoch);
    return end.isDefined()
        ? new EpochBoundary(end.leaderEpoch(), end.endOffset())
        : EpochBoundary.NONE;
  }
}
