package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.group.core.GroupShardCore;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import io.weir.protocol.record.CorruptBatchException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one reading of the log to a core. Confined to the loop.
 *
 * <p>After bytes that cannot be understood nothing more is read: half a state must not be served.
 */
final class LogReplay {
  private static final short ABORT = 0;
  private static final short COMMIT = 1;

  private final GroupShardCore core;
  private long count;
  private @Nullable RuntimeException failure;

  LogReplay(GroupShardCore core) {
    this.core = core;
  }

  void on(ByteBuf batches) {
    if (failure == null) {
      try {
        BatchReader.forEachBatch(batches, this::on);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
  }

  private void on(ByteBuf buffer, int index) {
    long producerId = BatchHeader.producerId(buffer, index);
    boolean isControl = BatchHeader.isControl(buffer, index);
    boolean inTransaction = BatchHeader.isTransactional(buffer, index);
    for (BatchRecord record : BatchReader.records(buffer, index)) {
      ByteBuffer key = record.key();
      if (key == null) {
        continue;
      }
      if (isControl) {
        onControl(key, producerId);
      } else {
        onState(OffsetsTopicCodec.decode(key, record.value()), inTransaction, producerId);
      }
    }
  }

  private void onState(@Nullable StateRecord state, boolean inTransaction, long producerId) {
    if (state == null) {
      return;
    }
    if (inTransaction) {
      core.replay(state, producerId);
    } else {
      core.replay(state);
    }
    count++;
  }

  /** A key is its version and the kind of the marker; kinds that are no end mean nothing here. */
  private void onControl(ByteBuffer key, long producerId) {
    if (key.remaining() < 2 * Short.BYTES) {
      throw new CorruptBatchException(
          "the key of a control record has " + key.remaining() + " bytes");
    }
    short kind = key.getShort(key.position() + Short.BYTES);
    if (kind == ABORT || kind == COMMIT) {
      core.replayEnd(producerId, kind == COMMIT);
    }
  }

  /** Records that meant something. */
  long count() {
    return count;
  }

  /** Why the log could not be read to its end; null when it could. */
  @Nullable RuntimeException failure() {
    return failure;
  }
}
