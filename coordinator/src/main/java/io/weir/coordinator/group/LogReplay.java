package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.group.core.GroupShardCore;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one reading of the log to a core. Confined to the loop.
 *
 * <p>After bytes that cannot be understood nothing more is read: half a state must not be served.
 */
final class LogReplay {
  private final GroupShardCore core;
  private long count;
  private @Nullable RuntimeException failure;

  LogReplay(GroupShardCore core) {
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
    StateRecord state = key == null ? null : OffsetsTopicCodec.decode(key, record.value());
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
