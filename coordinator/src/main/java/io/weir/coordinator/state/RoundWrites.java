package io.weir.coordinator.state;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the writes of one round of the loop into as few batches as possible. Confined to the
 * loop.
 *
 * <p>The first write of a round puts a task at the end of the loop's queue: what is emitted before
 * the task runs goes into the same batch, which is what makes many small writes cheap. What is part
 * of a producer's transaction gets a batch of its own, since that bears the producer's id. Bounded
 * by the core, which admits only so much that is not committed.
 *
 * @param <W> a write of the core's
 */
final class RoundWrites<W> {
  /** Larger batches are never made; the topic's max.message.bytes must not be below it. */
  private static final int MAX_RECORDS_BYTES = 1_000_000 - EncodedRecord.BATCH_OVERHEAD;

  private static final Logger log = LoggerFactory.getLogger(RoundWrites.class);

  /** Where batches go; the callback is called once per batch. */
  @FunctionalInterface
  interface Log {
    void append(ByteBuf batch, long guard, Consumer<ErrorCode> settled);
  }

  private final Executor loop;
  private final StateEncoding<W> encoding;
  private final Log states;
  private final BiConsumer<List<W>, ErrorCode> settled;
  private final LongSupplier wallMs;
  private final List<W> gathered = new ArrayList<>();

  RoundWrites(
      Executor loop,
      StateEncoding<W> encoding,
      Log states,
      BiConsumer<List<W>, ErrorCode> settled,
      LongSupplier wallMs) {
    this.loop = loop;
    this.encoding = encoding;
    this.states = states;
    this.settled = settled;
    this.wallMs = wallMs;
  }

  void add(W write) {
    gathered.add(write);
    if (gathered.size() == 1) {
      loop.execute(this::flush);
    }
  }

  /** What was not appended yet never will be. */
  void discard() {
    gathered.clear();
  }

  private void flush() {
    List<W> writes = List.copyOf(gathered);
    gathered.clear();
    List<W> refused = new ArrayList<>();
    List<W> inBatch = new ArrayList<>();
    List<EncodedRecord> records = new ArrayList<>();
    int bytes = 0;
    for (W write : writes) {
      List<EncodedRecord> encoded = encode(write);
      int size = encoded.stream().mapToInt(EncodedRecord::sizeInBatch).sum();
      if (encoded.isEmpty() || size > MAX_RECORDS_BYTES) {
        refused.add(write);
        continue;
      }
      ProducerStamp stamp = encoding.stampOf(write);
      if (stamp != null || bytes + size > MAX_RECORDS_BYTES) {
        append(inBatch, null, records);
        inBatch.clear();
        records.clear();
        bytes = 0;
      }
      if (stamp != null) {
        append(List.of(write), stamp, encoded);
        continue;
      }
      inBatch.add(write);
      records.addAll(encoded);
      bytes += size;
    }
    append(inBatch, null, records);
    if (!refused.isEmpty()) {
      settled.accept(refused, ErrorCode.MESSAGE_TOO_LARGE);
    }
  }

  /** Empty when a record has no encoding: new versions carry longer names than old schemas. */
  private List<EncodedRecord> encode(W write) {
    try {
      return encoding.encode(write);
    } catch (IllegalArgumentException e) {
      log.warn("a record of a coordinator's state cannot be written: {}", e.getMessage());
      return List.of();
    }
  }

  private void append(List<W> writes, @Nullable ProducerStamp stamp, List<EncodedRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    List<W> covered = List.copyOf(writes);
    long timestampMs = wallMs.getAsLong();
    ByteBuf batch;
    try (var builder = new RecordBatchBuilder(ByteBufAllocator.DEFAULT)) {
      for (EncodedRecord record : records) {
        builder.append(timestampMs, record.key(), record.value());
      }
      if (stamp != null) {
        builder
            .transactional()
            .producer(stamp.producerId(), stamp.producerEpoch(), BatchHeader.NO_SEQUENCE);
      }
      batch = builder.build();
    }
    long guard = stamp == null ? 0 : stamp.guard();
    states.append(batch, guard, error -> settled.accept(covered, error));
  }
}
