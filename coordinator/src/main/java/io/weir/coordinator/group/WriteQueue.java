package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.coordinator.group.core.OffsetTransaction;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.coordinator.group.core.Write;
import io.weir.coordinator.state.EncodedRecord;
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
 * the task runs goes into the same batch, which is what makes many small commits cheap. Offsets of
 * a transaction get a batch of their own, since it bears the producer's id. Bounded by the core,
 * which admits only so many bytes that are not committed.
 */
final class WriteQueue {
  /** Larger batches are never made; the topic's max.message.bytes must not be below it. */
  static final int MAX_BATCH_BYTES = 1_000_000;

  private static final Logger log = LoggerFactory.getLogger(WriteQueue.class);

  /** Where batches go; the callback is called once per batch. */
  @FunctionalInterface
  interface Log {
    void append(ByteBuf batch, long guard, Consumer<ErrorCode> settled);
  }

  private final Executor loop;
  private final Log offsets;
  private final BiConsumer<List<Write>, ErrorCode> settled;
  private final LongSupplier wallMs;
  private final List<Write> gathered = new ArrayList<>();

  WriteQueue(
      Executor loop, Log offsets, BiConsumer<List<Write>, ErrorCode> settled, LongSupplier wallMs) {
    this.loop = loop;
    this.offsets = offsets;
    this.settled = settled;
    this.wallMs = wallMs;
  }

  void add(Write write) {
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
    List<Write> writes = List.copyOf(gathered);
    gathered.clear();
    List<Write> refused = new ArrayList<>();
    List<Write> inBatch = new ArrayList<>();
    List<EncodedRecord> records = new ArrayList<>();
    int bytes = 0;
    for (Write write : writes) {
      List<EncodedRecord> encoded = encode(write);
      int size = encoded.stream().mapToInt(EncodedRecord::sizeInBatch).sum();
      if (encoded.isEmpty() || size > MAX_BATCH_BYTES - EncodedRecord.BATCH_OVERHEAD) {
        refused.add(write);
        continue;
      }
      OffsetTransaction transaction = write.transaction();
      if (transaction != null || bytes + size > MAX_BATCH_BYTES - EncodedRecord.BATCH_OVERHEAD) {
        append(inBatch, null, records);
        inBatch.clear();
        records.clear();
        bytes = 0;
      }
      if (transaction != null) {
        append(List.of(write), transaction, encoded);
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
  private static List<EncodedRecord> encode(Write write) {
    List<EncodedRecord> encoded = new ArrayList<>(write.records().size());
    for (StateRecord record : write.records()) {
      try {
        encoded.add(OffsetsTopicCodec.encode(record));
      } catch (IllegalArgumentException e) {
        log.warn("a record of group {} cannot be written: {}", record.groupId(), e.getMessage());
        return List.of();
      }
    }
    return encoded;
  }

  private void append(
      List<Write> writes, @Nullable OffsetTransaction transaction, List<EncodedRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    List<Write> covered = List.copyOf(writes);
    long timestampMs = wallMs.getAsLong();
    ByteBuf batch;
    try (var builder = new RecordBatchBuilder(ByteBufAllocator.DEFAULT)) {
      for (EncodedRecord record : records) {
        builder.append(timestampMs, record.key(), record.value());
      }
      if (transaction != null) {
        builder
            .transactional()
            .producer(
                transaction.producerId(), transaction.producerEpoch(), BatchHeader.NO_SEQUENCE);
      }
      batch = builder.build();
    }
    long guard = transaction == null ? 0 : transaction.guard();
    offsets.append(batch, guard, error -> settled.accept(covered, error));
  }
}
