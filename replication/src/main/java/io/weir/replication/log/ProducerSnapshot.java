package io.weir.replication.log;

import io.netty.util.collection.LongObjectMap;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How the producers of a log are kept in a file. Stateless.
 *
 * <pre>
 * crc32c int32 of what follows, format int32, producers int32,
 * for each: id int64, epoch int16, [coordinatorEpoch int32, transactionStart int64, lastTimestamp int64,]
 *           batches int8, for each: firstSequence int32, lastOffsetDelta int32, baseOffset int64, appendTime int64
 * [ended transactions int32, for each: firstOffset int64, markerOffset int64]
 * </pre>
 *
 * <p>What is in brackets came with format 2. Logs of the time of format 1 have no transactions.
 */
final class ProducerSnapshot {
  private static final int WITHOUT_TRANSACTIONS = 1;
  private static final int WITH_TRANSACTIONS = 2;
  private static final int HEADER_SIZE = 12;
  private static final int PRODUCER_SIZE = 31;
  private static final int BATCH_SIZE = 24;
  private static final int ENDED_SIZE = 16;

  private ProducerSnapshot() {}

  static ByteBuffer write(
      LongObjectMap<ProducerState> states, List<UnstableTransactions.Ended> ended) {
    int batches = 0;
    for (ProducerState state : states.values()) {
      batches += state.count();
    }
    int size = HEADER_SIZE + states.size() * PRODUCER_SIZE + batches * BATCH_SIZE;
    ByteBuffer out = ByteBuffer.allocate(size + Integer.BYTES + ended.size() * ENDED_SIZE);
    out.putInt(0).putInt(WITH_TRANSACTIONS).putInt(states.size());
    for (LongObjectMap.PrimitiveEntry<ProducerState> entry : states.entries()) {
      out.putLong(entry.key());
      write(entry.value(), out);
    }
    out.putInt(ended.size());
    for (UnstableTransactions.Ended transaction : ended) {
      out.putLong(transaction.firstOffset()).putLong(transaction.markerOffset());
    }
    out.flip();
    return out.putInt(0, crc(out));
  }

  private static void write(ProducerState state, ByteBuffer out) {
    out.putShort(state.epoch())
        .putInt(state.coordinatorEpoch())
        .putLong(state.transactionStart())
        .putLong(state.lastTimestampMs())
        .put((byte) state.count());
    for (int age = state.count() - 1; age >= 0; age--) {
      out.putInt(state.firstSequence(age))
          .putInt(state.lastOffsetDelta(age))
          .putLong(state.baseOffset(age))
          .putLong(state.appendTimeMs(age));
    }
  }

  /** Adds what a snapshot holds; false, and nothing is added, when it is damaged. */
  static boolean read(
      ByteBuffer snapshot, LongObjectMap<ProducerState> states, UnstableTransactions transactions) {
    if (snapshot.remaining() < HEADER_SIZE || snapshot.getInt(0) != crc(snapshot)) {
      return false;
    }
    int format = snapshot.getInt(4);
    if (format != WITHOUT_TRANSACTIONS && format != WITH_TRANSACTIONS) {
      return false;
    }
    ByteBuffer in = snapshot.slice(8, snapshot.limit() - 8);
    for (int left = in.getInt(); left > 0; left--) {
      long producerId = in.getLong();
      ProducerState state = readState(in, format);
      states.put(producerId, state);
      if (state.inTransaction()) {
        transactions.begin(state.transactionStart());
      }
    }
    if (format == WITH_TRANSACTIONS) {
      for (int left = in.getInt(); left > 0; left--) {
        transactions.end(in.getLong(), in.getLong());
      }
    }
    return true;
  }

  private static ProducerState readState(ByteBuffer in, int format) {
    ProducerState state = new ProducerState(in.getShort());
    if (format == WITH_TRANSACTIONS) {
      state.restore(in.getInt(), in.getLong(), in.getLong());
    }
    for (int batches = in.get(); batches > 0; batches--) {
      state.add(in.getInt(), in.getInt(), in.getLong(), in.getLong());
    }
    return state;
  }

  private static int crc(ByteBuffer snapshot) {
    CRC32C crc = new CRC32C();
    crc.update(snapshot.slice(4, snapshot.limit() - 4));
    return (int) crc.getValue();
  }
}
