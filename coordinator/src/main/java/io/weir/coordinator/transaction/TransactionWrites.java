package io.weir.coordinator.transaction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.coordinator.transaction.core.Write;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the writes of one round of the loop into as few batches as possible. Confined to the
 * loop. Bounded by the core, which has at most one write under way for each transactional id.
 */
final class TransactionWrites {
  /** Larger batches are never made; the topic's max.message.bytes must not be below it. */
  static final int MAX_BATCH_BYTES = 1_000_000;

  private static final Logger log = LoggerFactory.getLogger(TransactionWrites.class);

  /** Where batches go; the callback is called once per batch. */
  @FunctionalInterface
  interface Log {
    void append(ByteBuf batch, Consumer<ErrorCode> settled);
  }

  private final Executor loop;
  private final Log states;
  private final BiConsumer<List<Write>, ErrorCode> settled;
  private final LongSupplier wallMs;
  private final List<Write> gathered = new ArrayList<>();

  TransactionWrites(
      Executor loop, Log states, BiConsumer<List<Write>, ErrorCode> settled, LongSupplier wallMs) {
    this.loop = loop;
    this.states = states;
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
    int bytes = EncodedRecord.BATCH_OVERHEAD;
    for (Write write : writes) {
      EncodedRecord record;
      try {
        record = TransactionLogCodec.encode(write.record());
      } catch (IllegalArgumentException e) {
        log.warn("a record of a transactional id cannot be written: {}", e.getMessage());
        refused.add(write);
        continue;
      }
      int size = record.sizeInBatch();
      if (EncodedRecord.BATCH_OVERHEAD + size > MAX_BATCH_BYTES) {
        refused.add(write);
        continue;
      }
      if (bytes + size > MAX_BATCH_BYTES) {
        append(inBatch, records);
        inBatch.clear();
        records.clear();
        bytes = EncodedRecord.BATCH_OVERHEAD;
      }
      inBatch.add(write);
      records.add(record);
      bytes += size;
    }
    append(inBatch, records);
    if (!refused.isEmpty()) {
      settled.accept(refused, ErrorCode.MESSAGE_TOO_LARGE);
    }
  }

  private void append(List<Write> writes, List<EncodedRecord> records) {
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
      batch = builder.build();
    }
    states.append(batch, error -> settled.accept(covered, error));
  }
}
