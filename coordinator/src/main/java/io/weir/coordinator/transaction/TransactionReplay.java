package io.weir.coordinator.transaction;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.transaction.core.TransactionRecord;
import io.weir.coordinator.transaction.core.TransactionShardCore;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one reading of the log to a core. Confined to the loop.
 *
 * <p>After bytes that cannot be understood nothing more is read: half a state must not be served.
 */
final class TransactionReplay {
  private final TransactionShardCore core;
  private long count;
  private @Nullable RuntimeException failure;

  TransactionReplay(TransactionShardCore core) {
    this.core = core;
  }

  void on(ByteBuf batches) {
    if (failure == null) {
      try {
        BatchReader.forEachRecord(batches, this::on);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
  }

  private void on(BatchRecord record) {
    ByteBuffer key = record.key();
    TransactionRecord state = key == null ? null : TransactionLogCodec.decode(key, record.value());
    if (state != null) {
      core.replay(state);
      count++;
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
