package io.weir.benchmarks;

import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/** Batches for the benchmarks, made by Kafka's builder so that neither side has its own. */
final class KafkaBatches {
  private static final long PRODUCER_ID = 4711;
  private static final long TIMESTAMP_MS = 1_790_000_000_000L;
  private static final byte @Nullable [] NO_KEY = null;

  private KafkaBatches() {}

  /**
   * One uncompressed batch of an idempotent producer, alone in its buffer.
   *
   * @param batchBytes what it may take at most
   * @param valueBytes of each record's value; there are no keys
   */
  static MemoryRecords batch(int batchBytes, int valueBytes) {
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(batchBytes),
            RecordBatch.CURRENT_MAGIC_VALUE,
            Compression.NONE,
            TimestampType.CREATE_TIME,
            0L,
            TIMESTAMP_MS,
            PRODUCER_ID,
            (short) 0,
            0);
    byte[] value = new byte[valueBytes];
    long timestampMs = TIMESTAMP_MS;
    while (builder.hasRoomFor(timestampMs, NO_KEY, value, Record.EMPTY_HEADERS)) {
      builder.append(timestampMs, NO_KEY, value);
      timestampMs++;
    }
    return builder.build();
  }
}
