package io.weir.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Batches to start from, as Kafka's client writes them. The same in each run. */
final class BatchSeeds {
  private static final long FIRST_MS = 1_700_000_000_000L;

  private BatchSeeds() {}

  /** One for each codec, for small and larger, for what transactions bring, and two in a row. */
  static List<byte[]> batches() {
    List<byte[]> batches = new ArrayList<>();
    for (CompressionType codec : CompressionType.values()) {
      batches.add(batch(codec, 1, false));
      batches.add(batch(codec, 5, true));
    }
    batches.add(batch(CompressionType.NONE, 40, false));
    batches.add(
        bytes(
            MemoryRecords.withEndTransactionMarker(
                7L, (short) 1, new EndTransactionMarker(ControlRecordType.COMMIT, 2))));
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(batches.get(0));
    two.writeBytes(batches.get(1));
    batches.add(two.toByteArray());
    return batches;
  }

  private static byte[] batch(CompressionType codec, int records, boolean transactional) {
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(256),
            RecordBatch.MAGIC_VALUE_V2,
            Compression.of(codec).build(),
            TimestampType.CREATE_TIME,
            10,
            RecordBatch.NO_TIMESTAMP,
            transactional ? 7 : RecordBatch.NO_PRODUCER_ID,
            transactional ? (short) 1 : RecordBatch.NO_PRODUCER_EPOCH,
            transactional ? 3 : RecordBatch.NO_SEQUENCE,
            transactional,
            4);
    for (int i = 0; i < records; i++) {
      builder.append(
          FIRST_MS + i,
          i % 3 == 1 ? null : utf8("key" + i),
          i % 4 == 3 ? null : utf8("the value " + i),
          i % 2 == 0
              ? new Header[0]
              : new Header[] {
                new RecordHeader("h", utf8("x")), new RecordHeader("n", (byte[]) null)
              });
    }
    return bytes(builder.build());
  }

  private static byte[] bytes(MemoryRecords records) {
    ByteBuffer from = records.buffer();
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
