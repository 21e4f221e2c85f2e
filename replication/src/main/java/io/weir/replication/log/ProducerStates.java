package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.zip.CRC32C;

/**
 * The idempotent producers of one log: recognises what was appended before and refuses what does
 * not follow on. Pure; confined to the partition's loop.
 *
 * <p>The rules, for a batch with a producer id:
 *
 * <ul>
 *   <li>a producer that is not known may begin anywhere: its state may have expired, or gone with
 *       the records that held it;
 *   <li>an older epoch than the known one is refused with INVALID_PRODUCER_EPOCH;
 *   <li>a newer epoch must begin at sequence 0, else OUT_OF_ORDER_SEQUENCE_NUMBER;
 *   <li>a batch that is one of the last five of its epoch is a duplicate, and its original offset
 *       the answer;
 *   <li>any other must begin where the last one ended, else OUT_OF_ORDER_SEQUENCE_NUMBER.
 * </ul>
 *
 * <p>Staged batches count as appended, so that batches of one round are held against each other; a
 * write that fails takes the whole log out of service, so nothing has to be undone.
 */
public final class ProducerStates {
  private static final int SNAPSHOT_FORMAT = 1;
  private static final ProducerCheck ACCEPT = new ProducerCheck.Accept();

  private final LongObjectHashMap<ProducerState> states = new LongObjectHashMap<>();

  /**
   * Judges a batch that a client sent, before it is staged; one without a producer id is always
   * accepted.
   */
  public ProducerCheck check(ByteBuf buffer, int index) {
    if (!BatchHeader.hasProducerId(buffer, index)) {
      return ACCEPT;
    }
    long producerId = BatchHeader.producerId(buffer, index);
    ProducerState state = states.get(producerId);
    return state == null ? ACCEPT : check(state, producerId, buffer, index);
  }

  private static ProducerCheck check(
      ProducerState state, long producerId, ByteBuf buffer, int index) {
    short epoch = BatchHeader.producerEpoch(buffer, index);
    int sequence = BatchHeader.baseSequence(buffer, index);
    if (epoch < state.epoch()) {
      return new ProducerCheck.Refuse(
          ErrorCode.INVALID_PRODUCER_EPOCH,
          "producer %d is at epoch %d, not %d".formatted(producerId, state.epoch(), epoch));
    }
    if (epoch > state.epoch()) {
      return sequence == 0 ? ACCEPT : outOfOrder(producerId, epoch, sequence, 0);
    }
    int age = state.find(sequence, BatchHeader.lastOffsetDelta(buffer, index));
    if (age >= 0) {
      long baseOffset = state.baseOffset(age);
      return new ProducerCheck.Duplicate(
          baseOffset, baseOffset + state.lastOffsetDelta(age) + 1, state.appendTimeMs(age));
    }
    int expected = state.nextSequence();
    return sequence == expected ? ACCEPT : outOfOrder(producerId, epoch, sequence, expected);
  }

  private static ProducerCheck outOfOrder(long id, short epoch, int sequence, int expected) {
    return new ProducerCheck.Refuse(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        "producer %d, epoch %d: sequence %d where %d was expected"
            .formatted(id, epoch, sequence, expected));
  }

  /** Number of producers that are known. */
  public int size() {
    return states.size();
  }

  /**
   * Forgets producers that appended nothing for that long. To be called now and then; what was
   * appended between two calls counts as seen at the second, so timestamps that clients make up do
   * not matter.
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
      } else if (nowMs - state.lastSeenMs >= expirationMs) {
        entries.remove();
      }
    }
    return before - states.size();
  }

  /** Takes note of a batch that goes into the log. */
  void append(ByteBuf buffer, int index) {
    if (BatchHeader.hasProducerId(buffer, index)) {
      long producerId = BatchHeader.producerId(buffer, index);
      ProducerState state = states.get(producerId);
      if (state == null) {
        state = new ProducerState(BatchHeader.producerEpoch(buffer, index));
        states.put(producerId, state);
      }
      state.append(buffer, index);
    }
  }

  void clear() {
    states.clear();
  }

  /** All that {@link #restore} needs, protected by a CRC. */
  ByteBuffer snapshot() {
    int batches = 0;
    for (ProducerState state : states.values()) {
      batches += state.count();
    }
    ByteBuffer out = ByteBuffer.allocate(12 + states.size() * 11 + batches * 24);
    out.putInt(0).putInt(SNAPSHOT_FORMAT).putInt(states.size());
    for (LongObjectMap.PrimitiveEntry<ProducerState> entry : states.entries()) {
      ProducerState state = entry.value();
      out.putLong(entry.key()).putShort(state.epoch()).put((byte) state.count());
      for (int age = state.count() - 1; age >= 0; age--) {
        out.putInt(state.firstSequence(age))
            .putInt(state.lastOffsetDelta(age))
            .putLong(state.baseOffset(age))
            .putLong(state.appendTimeMs(age));
      }
    }
    out.flip();
    return out.putInt(0, crc(out));
  }

  /**
   * Takes over what a snapshot holds, in place of all that was known; false, and nothing known,
   * when it is damaged.
   */
  boolean restore(ByteBuffer snapshot) {
    states.clear();
    if (snapshot.remaining() < 12
        || snapshot.getInt(0) != crc(snapshot)
        || snapshot.getInt(4) != SNAPSHOT_FORMAT) {
      return false;
    }
    ByteBuffer in = snapshot.slice(8, snapshot.limit() - 8);
    for (int left = in.getInt(); left > 0; left--) {
      long producerId = in.getLong();
      ProducerState state = new ProducerState(in.getShort());
      for (int batches = in.get(); batches > 0; batches--) {
        state.add(in.getInt(), in.getInt(), in.getLong(), in.getLong());
      }
      states.put(producerId, state);
    }
    return true;
  }

  private static int crc(ByteBuffer snapshot) {
    CRC32C crc = new CRC32C();
    crc.update(snapshot.slice(4, snapshot.limit() - 4));
    return (int) crc.getValue();
  }
}
