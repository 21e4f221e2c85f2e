package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.compaction.core.ProducerHold;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The idempotent and transactional producers of one log: recognises what was appended before,
 * refuses what does not follow on, and knows which transactions are open. Pure; confined to the
 * partition's loop.
 *
 * <p>The rules, for a batch with a producer id:
 *
 * <ul>
 *   <li>a producer that is not known may begin anywhere: its state may have expired, or gone with
 *       the records that held it. Where it opens a transaction, it may begin no later than those
 *       who verified that know of, else OUT_OF_ORDER_SEQUENCE_NUMBER;
 *   <li>an older epoch than the known one is refused with INVALID_PRODUCER_EPOCH;
 *   <li>a newer epoch must begin at sequence 0, else OUT_OF_ORDER_SEQUENCE_NUMBER;
 *   <li>a batch that is one of the last five of its epoch is a duplicate, and its original offset
 *       the answer;
 *   <li>while a transaction of its producer is open, any other must be part of it, else
 *       INVALID_TXN_STATE;
 *   <li>it must begin where the last one ended, else OUT_OF_ORDER_SEQUENCE_NUMBER.
 * </ul>
 *
 * <p>A transactional batch opens its producer's transaction where none is open; a marker ends it,
 * and raises the producer's epoch where its own is newer. Whether a transaction may be opened at
 * all is not decided here.
 *
 * <p>Staged batches count as appended, so that batches of one round are held against each other; a
 * write that fails takes the whole log out of service, so nothing has to be undone.
 */
public final class ProducerStates {
  private static final ProducerCheck ACCEPT = new ProducerCheck.Accept();

  private final LongObjectHashMap<ProducerState> states = new LongObjectHashMap<>();
  private final UnstableTransactions transactions = new UnstableTransactions();

  /** As the other, for a batch that may begin with any sequence number. */
  public ProducerCheck check(ByteBuf buffer, int index) {
    return check(buffer, index, Integer.MAX_VALUE);
  }

  /**
   * Judges a batch that a client sent, before it is staged; one without a producer id is always
   * accepted.
   *
   * @param latestBeginning the highest sequence number with which the producer may begin if it is
   *     not known
   */
  public ProducerCheck check(ByteBuf buffer, int index, int latestBeginning) {
    if (!BatchHeader.hasProducerId(buffer, index)) {
      return ACCEPT;
    }
    long producerId = BatchHeader.producerId(buffer, index);
    ProducerState state = states.get(producerId);
    if (state != null) {
      return check(state, producerId, buffer, index);
    }
    int sequence = BatchHeader.baseSequence(buffer, index);
    return sequence <= latestBeginning
        ? ACCEPT
        : new ProducerCheck.Refuse(
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
            "producer %d is not known here, and begins with sequence %d instead of %d at most"
                .formatted(producerId, sequence, latestBeginning));
  }

  private static ProducerCheck check(
      ProducerState state, long producerId, ByteBuf buffer, int index) {
    short epoch = BatchHeader.producerEpoch(buffer, index);
    int sequence = BatchHeader.baseSequence(buffer, index);
    if (epoch < state.epoch()) {
      return oldEpoch(producerId, state, epoch);
    }
    int age =
        epoch == state.epoch()
            ? state.find(sequence, BatchHeader.lastOffsetDelta(buffer, index))
            : -1;
    if (age >= 0) {
      long baseOffset = state.baseOffset(age);
      return new ProducerCheck.Duplicate(
          baseOffset, baseOffset + state.lastOffsetDelta(age) + 1, state.appendTimeMs(age));
    }
    if (state.inTransaction() && !BatchHeader.isTransactional(buffer, index)) {
      return new ProducerCheck.Refuse(
          ErrorCode.INVALID_TXN_STATE,
          "producer %d has a transaction open here, and writes outside of it"
              .formatted(producerId));
    }
    int expected = epoch == state.epoch() ? state.nextSequence() : 0;
    return sequence == expected ? ACCEPT : outOfOrder(producerId, epoch, sequence, expected);
  }

  private static ProducerCheck outOfOrder(long id, short epoch, int sequence, int expected) {
    return new ProducerCheck.Refuse(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        "producer %d, epoch %d: sequence %d where %d was expected"
            .formatted(id, epoch, sequence, expected));
  }

  /**
   * Judges a batch that a coordinator writes in a producer's name: it has no sequence number, and
   * only its epoch counts.
   */
  public ProducerCheck checkEpoch(ByteBuf buffer, int index) {
    if (!BatchHeader.hasProducerId(buffer, index)) {
      return ACCEPT;
    }
    long producerId = BatchHeader.producerId(buffer, index);
    short epoch = BatchHeader.producerEpoch(buffer, index);
    ProducerState state = states.get(producerId);
    return state == null || epoch >= state.epoch() ? ACCEPT : oldEpoch(producerId, state, epoch);
  }

  private static ProducerCheck oldEpoch(long producerId, ProducerState state, short epoch) {
    return new ProducerCheck.Refuse(
        ErrorCode.INVALID_PRODUCER_EPOCH,
        "producer %d is at epoch %d, not %d".formatted(producerId, state.epoch(), epoch));
  }

  /**
   * Judges a marker; NONE when it may be written, whether there is a transaction for it to end or
   * not.
   *
   * @param raisesEpoch its epoch must be later than that of the transaction that it ends
   */
  public ErrorCode checkMarker(
      long producerId, short producerEpoch, int coordinatorEpoch, boolean raisesEpoch) {
    ProducerState state = states.get(producerId);
    if (state == null) {
      return ErrorCode.NONE;
    }
    if (coordinatorEpoch < state.coordinatorEpoch()) {
      return ErrorCode.TRANSACTION_COORDINATOR_FENCED;
    }
    boolean tooOld =
        producerEpoch < state.epoch()
            || (raisesEpoch && state.inTransaction() && producerEpoch == state.epoch());
    return tooOld ? ErrorCode.INVALID_PRODUCER_EPOCH : ErrorCode.NONE;
  }

  /** Whether that epoch of a producer has a transaction open. */
  public boolean inTransaction(long producerId, short producerEpoch) {
    ProducerState state = states.get(producerId);
    return state != null && state.inTransaction() && state.epoch() == producerEpoch;
  }

  /** Whether a later epoch of the producer is known. */
  public boolean isFenced(long producerId, short producerEpoch) {
    ProducerState state = states.get(producerId);
    return state != null && producerEpoch < state.epoch();
  }

  /** All that are known, in no order. */
  public List<ActiveProducer> active() {
    List<ActiveProducer> all = new ArrayList<>(states.size());
    for (LongObjectMap.PrimitiveEntry<ProducerState> entry : states.entries()) {
      ProducerState state = entry.value();
      all.add(
          new ActiveProducer(
              entry.key(),
              state.epoch(),
              state.lastSequence(),
              state.lastTimestampMs(),
              state.coordinatorEpoch(),
              state.transactionStart()));
    }
    return all;
  }

  /** What the log must go on to say of each, when it is compacted. */
  Map<Long, ProducerHold> holds() {
    Map<Long, ProducerHold> holds = new HashMap<>();
    for (LongObjectMap.PrimitiveEntry<ProducerState> entry : states.entries()) {
      ProducerState state = entry.value();
      Set<Long> batches = new HashSet<>();
      for (int age = 0; age < state.count(); age++) {
        batches.add(state.baseOffset(age));
      }
      holds.put(entry.key(), new ProducerHold(state.epoch(), batches));
    }
    return holds;
  }

  /** Number of producers that are known. */
  public int size() {
    return states.size();
  }

  /**
   * Forgets producers that appended nothing for that long and have no open transaction. To be
   * called now and then; what was appended between two calls counts as seen at the second, so
   * timestamps that clients make up do not matter.
   *
   * @param nowMs of a clock that agrees with that of earlier calls
   * @return how many were forgotten
   */
  public int expire(long nowMs, long expirationMs) {
    int before = states.size();
    for (Iterator<LongObjectMap.PrimitiveEntry<ProducerState>> entries =
            states.entries().iterator();
        entries.hasNext(); ) {
      ProducerState state = entries.next().value();
      if (state.seenSinceSweep) {
        state.seenSinceSweep = false;
        state.lastSeenMs = nowMs;
      } else if (!state.inTransaction() && nowMs - state.lastSeenMs >= expirationMs) {
        entries.remove();
      }
    }
    return before - states.size();
  }

  /**
   * Takes note of a batch that goes into the log.
   *
   * @return the transaction that it aborts; null when it aborts none
   */
  @Nullable AbortedRange append(ByteBuf buffer, int index) {
    if (!BatchHeader.hasProducerId(buffer, index)) {
      return null;
    }
    long producerId = BatchHeader.producerId(buffer, index);
    ProducerState state = states.get(producerId);
    if (state == null) {
      state = new ProducerState(BatchHeader.producerEpoch(buffer, index));
      states.put(producerId, state);
    }
    if (BatchHeader.isControl(buffer, index)) {
      return end(producerId, state, buffer, index);
    }
    boolean wasInTransaction = state.inTransaction();
    state.append(buffer, index);
    if (state.inTransaction() && !wasInTransaction) {
      transactions.begin(state.transactionStart());
    }
    return null;
  }

  private @Nullable AbortedRange end(
      long producerId, ProducerState state, ByteBuf buffer, int index) {
    EndMarker marker = EndMarker.read(buffer, index);
    if (marker == null) {
      return null;
    }
    long start =
        state.end(
            marker,
            BatchHeader.producerEpoch(buffer, index),
            BatchHeader.maxTimestamp(buffer, index));
    if (start == ProducerState.NO_TRANSACTION) {
      return null;
    }
    long markerOffset = BatchHeader.baseOffset(buffer, index);
    transactions.end(start, markerOffset);
    return marker.commit() ? null : new AbortedRange(producerId, start, markerOffset);
  }

  /**
   * The last stable offset under a high watermark: all transactions that begin before it are
   * decided, by markers below the high watermark. Never larger than that, and never goes back as
   * long as that does not.
   */
  public long stableBelow(long highWatermark) {
    return transactions.stableBelow(highWatermark);
  }

  void clear() {
    states.clear();
    transactions.clear();
  }

  /** All that {@link #restore} needs, protected by a CRC. */
  ByteBuffer snapshot() {
    return ProducerSnapshot.write(states, transactions.ended());
  }

  /**
   * Takes over what a snapshot holds, in place of all that was known; false, and nothing known,
   * when it is damaged.
   */
  boolean restore(ByteBuffer snapshot) {
    clear();
    return ProducerSnapshot.read(snapshot, states, transactions);
  }
}
