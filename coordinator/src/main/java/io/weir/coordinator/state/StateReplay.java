package io.weir.coordinator.state;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchReader;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a partition's log. Confined to the loop.
 *
 * <p>After bytes that cannot be understood nothing more is read: half a state must not be served.
 */
final class StateReplay {
  /** Takes up what a batch says. */
  @FunctionalInterface
  interface Reader {
    /**
     * Takes up the batch at that index, which may be a control batch.
     *
     * @return how many of its records meant something
     */
    int read(ByteBuf buffer, int index);
  }

  private final Reader reader;
  private long count;
  private @Nullable RuntimeException failure;

  StateReplay(Reader reader) {
    this.reader = reader;
  }

  void on(ByteBuf batches) {
    if (failure == null) {
      try {
        BatchReader.forEachBatch(batches, (buffer, index) -> count += reader.read(buffer, index));
      } catch (RuntimeException e) {
        failure = e;
      }
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
