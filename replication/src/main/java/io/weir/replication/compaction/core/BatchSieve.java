package io.weir.replication.compaction.core;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.RecordCursor;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides what stays of a log's batches, which it is shown one after the other from the log's first
 * on. Pure; confined to its user, for one pass.
 *
 * <p>It remembers of which open transactions a batch stays, since their markers stay as long.
 */
public final class BatchSieve {
  /**
   * The pass that decisions are for.
   *
   * @param firstDirtyOffset where the map of keys begins
   * @param endOffset where it ends; what lies past is kept
   * @param nowMs wall clock
   */
  public record Pass(long firstDirtyOffset, long endOffset, long nowMs, long deleteRetentionMs) {}

  private final Pass pass;
  private final LatestOffsets latest;
  private final AbortedBatches aborted;
  private final Map<Long, ProducerHold> holds;
  private final Set<Long> transactionsThatStay = new HashSet<>();

  public BatchSieve(
      Pass pass, LatestOffsets latest, AbortedBatches aborted, Map<Long, ProducerHold> holds) {
    this.pass = pass;
    this.latest = latest;
    this.aborted = aborted;
    this.holds = holds;
  }

  /** Decides about the next batch, all of which is in the buffer. */
  public BatchFate next(ByteBuf buffer, int index) {
    if (BatchHeader.baseOffset(buffer, index) >= pass.endOffset()) {
      return BatchFate.KEEP;
    }
    if (BatchHeader.isControl(buffer, index)) {
      return ofMarker(buffer, index);
    }
    BatchFate fate = ofRecords(buffer, index);
    if (!(fate instanceof BatchFate.Drop) && BatchHeader.isTransactional(buffer, index)) {
      transactionsThatStay.add(BatchHeader.producerId(buffer, index));
    }
    return fate;
  }

  private BatchFate ofMarker(ByteBuf buffer, int index) {
    long producerId = BatchHeader.producerId(buffer, index);
    if (transactionsThatStay.remove(producerId) || isAllThatIsKnown(producerId, buffer, index)) {
      return BatchFate.KEEP;
    }
    long horizonMs = horizon(buffer, index);
    if (horizonMs == BatchHeader.NO_TIMESTAMP) {
      BitSet all = new BitSet();
      all.set(0, BatchHeader.recordCount(buffer, index));
      return new BatchFate.Rewrite(all, newHorizon());
    }
    return horizonMs <= pass.nowMs() ? BatchFate.DROP : BatchFate.KEEP;
  }

  private boolean isAllThatIsKnown(long producerId, ByteBuf buffer, int index) {
    ProducerHold hold = holds.get(producerId);
    return hold != null
        && hold.batches().isEmpty()
        && hold.epoch() == BatchHeader.producerEpoch(buffer, index);
  }

  private BatchFate ofRecords(ByteBuf buffer, int index) {
    long producerId = BatchHeader.producerId(buffer, index);
    boolean isVoid =
        BatchHeader.isTransactional(buffer, index)
            && aborted.contains(producerId, BatchHeader.baseOffset(buffer, index));
    BatchFate fate = isVoid ? BatchFate.DROP : sift(buffer, index);
    if (!(fate instanceof BatchFate.Drop) || !isHeld(producerId, buffer, index)) {
      return fate;
    }
    return BatchHeader.recordCount(buffer, index) == 0
        ? BatchFate.KEEP
        : new BatchFate.Rewrite(new BitSet(), BatchHeader.NO_TIMESTAMP);
  }

  private boolean isHeld(long producerId, ByteBuf buffer, int index) {
    ProducerHold hold = BatchHeader.hasProducerId(buffer, index) ? holds.get(producerId) : null;
    return hold != null && hold.batches().contains(BatchHeader.baseOffset(buffer, index));
  }

  private BatchFate sift(ByteBuf buffer, int index) {
    long horizonMs = horizon(buffer, index);
    boolean tombstonesGo = horizonMs != BatchHeader.NO_TIMESTAMP && horizonMs <= pass.nowMs();
    BitSet stay = new BitSet();
    int place = 0;
    boolean tombstones = false;
    try (RecordCursor records = RecordCursor.open(buffer, index)) {
      for (; records.next(); place++) {
        boolean tombstone = records.valueSize() < 0;
        if (isLatest(records) && !(tombstone && tombstonesGo)) {
          stay.set(place);
          tombstones |= tombstone;
        }
      }
    }
    if (stay.isEmpty()) {
      return BatchFate.DROP;
    }
    long needed = tombstones ? horizonOrNew(horizonMs) : BatchHeader.NO_TIMESTAMP;
    boolean same = stay.cardinality() == place && (!tombstones || needed == horizonMs);
    return same ? BatchFate.KEEP : new BatchFate.Rewrite(stay, needed);
  }

  private boolean isLatest(RecordCursor record) {
    return record.keySize() >= 0
        && latest.of(record.buffer().nioBuffer(record.keyIndex(), record.keySize()))
            <= record.offset();
  }

  /** What the header says, unless another node has written it. */
  private long horizon(ByteBuf buffer, int index) {
    return BatchHeader.baseOffset(buffer, index) < pass.firstDirtyOffset()
        ? BatchHeader.deleteHorizonMs(buffer, index)
        : BatchHeader.NO_TIMESTAMP;
  }

  private long horizonOrNew(long horizonMs) {
    return horizonMs == BatchHeader.NO_TIMESTAMP ? newHorizon() : horizonMs;
  }

  private long newHorizon() {
    long sum = pass.nowMs() + pass.deleteRetentionMs();
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
