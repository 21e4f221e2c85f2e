package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.group.core.GroupShardCore;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import io.weir.protocol.record.CorruptBatchException;
import java.nio.ByteBuffer;

/** Feeds batches of {@code __consumer_offsets} to a core. Stateless. */
final class GroupReplay {
  private static final short ABORT = 0;
  private static final short COMMIT = 1;

  private GroupReplay() {}

  /** Gives how many records meant something. */
  static int replay(GroupShardCore core, ByteBuf buffer, int index) {
    long producerId = BatchHeader.producerId(buffer, index);
    boolean isControl = BatchHeader.isControl(buffer, index);
    boolean inTransaction = BatchHeader.isTransactional(buffer, index);
    int count = 0;
    for (BatchRecord record : BatchReader.records(buffer, index)) {
      ByteBuffer key = record.key();
      if (key == null) {
        continue;
      }
      if (isControl) {
        replayControl(core, key, producerId);
        continue;
      }
      StateRecord state = OffsetsTopicCodec.decode(key, record.value());
      if (state == null) {
        continue;
      }
      if (inTransaction) {
        core.replay(state, producerId);
      } else {
        core.replay(state);
      }
      count++;
    }
    return count;
  }

  /** A key is its version and the kind of the marker; kinds that are no end mean nothing here. */
  private static void replayControl(GroupShardCore core, ByteBuffer key, long producerId) {
    if (key.remaining() < 2 * Short.BYTES) {
      throw new CorruptBatchException(
          "the key of a control record has " + key.remaining() + " bytes");
    }
    short kind = key.getShort(key.position() + Short.BYTES);
    if (kind == ABORT || kind == COMMIT) {
      core.replayEnd(producerId, kind == COMMIT);
    }
  }
}
