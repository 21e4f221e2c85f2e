package io.weir.replication.compaction;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.RecordCursor;
import io.weir.replication.compaction.core.AbortedBatches;
import io.weir.replication.compaction.core.BatchFate;
import io.weir.replication.compaction.core.BatchSieve;
import io.weir.replication.compaction.core.CompactionPlan;
import io.weir.replication.compaction.core.SegmentFacts;
import io.weir.replication.log.CleanedSegment;
import io.weir.replication.log.CompactionTask;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * One pass over a log: reads the dirty part's keys, then writes all segments anew without what has
 * become void, a group of them after the other. Confined to a cleaner's thread; for one use.
 */
final class CompactionPass {
  /**
   * What a pass did.
   *
   * @param compactedTo how far the log is compacted now; -1 when the pass was given up
   */
  record Outcome(long compactedTo, long bytesBefore, long bytesAfter) {}

  /** Wall clock, and a salt that nobody can foresee. */
  record Inputs(long nowMs, UUID salt) {}

  private static final Outcome GIVEN_UP = new Outcome(-1, 0, 0);

  private final CompactableLog log;
  private final CompactionTask task;
  private final CleanerSettings settings;
  private final Throttle throttle;
  private final Inputs inputs;
  private final AbortedBatches aborted;
  private long bytesBefore;
  private long bytesAfter;

  CompactionPass(
      CompactableLog log,
      CompactionTask task,
      CleanerSettings settings,
      Throttle throttle,
      Inputs inputs) {
    this.log = log;
    this.task = task;
    this.settings = settings;
    this.throttle = throttle;
    this.inputs = inputs;
    this.aborted = task.abortedBatches();
  }

  Outcome run() throws IOException {
    long maxBytes = settings.dedupeBufferSize() / Math.max(1, settings.threads());
    try (KeyMap map =
        new KeyMap(countDirtyOffsets(), maxBytes, settings.ioBufferLoadFactor(), inputs.salt())) {
      long mappedTo = fill(map);
      if (mappedTo < 0 || isOver()) {
        return GIVEN_UP;
      }
      task.forgetSnapshotsBefore(mappedTo);
      return rewriteAll(map, mappedTo) ? new Outcome(mappedTo, bytesBefore, bytesAfter) : GIVEN_UP;
    }
  }

  private boolean isOver() {
    return task.isStale() || throttle.isStopped();
  }

  private BatchFile open(int segment) {
    int chunkBytes = Math.max(8 * 1024, settings.ioBufferSize() / Math.max(1, settings.threads()));
    return new BatchFile(task.records(segment), chunkBytes, throttle);
  }

  /** There are no more keys than offsets in the dirty part. Holes of earlier passes count too. */
  private long countDirtyOffsets() {
    long offsets = 0;
    for (SegmentFacts segment : task.segments()) {
      if (segment.nextOffset() > task.plan().firstDirtyOffset()) {
        offsets += Math.min(segment.nextOffset() - segment.baseOffset(), Integer.MAX_VALUE);
      }
    }
    return offsets;
  }

  /** Maps the keys of the dirty part; gives where the map ends. */
  private long fill(KeyMap map) throws IOException {
    long from = task.plan().firstDirtyOffset();
    for (int i = 0; i < task.segments().size(); i++) {
      if (task.segments().get(i).nextOffset() <= from) {
        continue;
      }
      try (BatchFile batches = open(i)) {
        while (batches.next()) {
          if (isOver()) {
            return -1;
          }
          ByteBuf buffer = batches.buffer();
          int index = batches.index();
          if (BatchHeader.nextOffset(buffer, index) <= from || hasNoKeys(buffer, index)) {
            continue;
          }
          if (BatchHeader.recordCount(buffer, index) > map.room()) {
            return fullAt(BatchHeader.baseOffset(buffer, index), from);
          }
          put(buffer, index, map);
        }
      }
    }
    return task.plan().endOffset();
  }

  private static long fullAt(long offset, long from) throws IOException {
    if (offset <= from) {
      throw new IOException(
          "log.cleaner.dedupe.buffer.size does not hold the keys of the batch at " + offset);
    }
    return offset;
  }

  /** Whether none of the batch's records counts: of a marker, of an aborted transaction. */
  private boolean hasNoKeys(ByteBuf buffer, int index) {
    return BatchHeader.isControl(buffer, index)
        || (BatchHeader.isTransactional(buffer, index)
            && aborted.contains(
                BatchHeader.producerId(buffer, index), BatchHeader.baseOffset(buffer, index)));
  }

  private static void put(ByteBuf buffer, int index, KeyMap map) {
    try (RecordCursor records = RecordCursor.open(buffer, index)) {
      while (records.next()) {
        if (records.keySize() >= 0) {
          map.put(
              records.buffer().nioBuffer(records.keyIndex(), records.keySize()), records.offset());
        }
      }
    }
  }

  private boolean rewriteAll(KeyMap map, long mappedTo) throws IOException {
    BatchSieve sieve =
        new BatchSieve(
            new BatchSieve.Pass(
                task.plan().firstDirtyOffset(),
                mappedTo,
                inputs.nowMs(),
                task.config().cleanup().deleteRetentionMs()),
            map,
            aborted,
            task.producers());
    int first = 0;
    List<Integer> groups =
        CompactionPlan.groups(task.segments(), mappedTo, task.config().segmentBytes());
    for (int count : groups) {
      if (!rewrite(first, count, sieve)) {
        return false;
      }
      first += count;
    }
    return true;
  }

  private boolean rewrite(int first, int count, BatchSieve sieve) throws IOException {
    CleanedSegment cleaned = task.create(first, count);
    boolean committed = false;
    try {
      boolean changed = count > 1;
      for (int i = first; i < first + count; i++) {
        bytesBefore += task.segments().get(i).sizeInBytes();
        changed |= copy(i, cleaned, sieve);
      }
      bytesAfter += cleaned.sizeInBytes();
      if (isOver()) {
        return false;
      }
      if (!changed) {
        return true;
      }
      cleaned.finish();
      committed = log.commit(cleaned);
      if (committed) {
        cleaned.forceCommit();
        log.swap(cleaned);
      }
      return committed;
    } finally {
      if (!committed) {
        cleaned.discard();
      }
    }
  }

  /** Whether anything was left out or written anew. */
  private boolean copy(int segment, CleanedSegment cleaned, BatchSieve sieve) throws IOException {
    boolean changed = false;
    try (BatchFile batches = open(segment)) {
      while (batches.next() && !isOver()) {
        ByteBuf buffer = batches.buffer();
        int index = batches.index();
        int before = cleaned.sizeInBytes();
        switch (sieve.next(buffer, index)) {
          case BatchFate.Keep _ -> cleaned.append(buffer, index);
          case BatchFate.Drop _ -> {
            changed |= !BatchHeader.isFiller(buffer, index);
            cleaned.drop(buffer, index);
          }
          case BatchFate.Rewrite fate -> {
            changed = true;
            appendAnew(cleaned, buffer, index, fate);
          }
        }
        throttle.passed(cleaned.sizeInBytes() - before);
      }
    }
    return changed;
  }

  private static void appendAnew(
      CleanedSegment cleaned, ByteBuf buffer, int index, BatchFate.Rewrite fate)
      throws IOException {
    ByteBuf batch = BatchRewriter.rewrite(buffer, index, fate);
    try {
      cleaned.append(batch, batch.readerIndex());
    } finally {
      batch.release();
    }
  }
}
