package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import io.weir.protocol.record.BatchValidator;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.RecordCursor;
import io.weir.protocol.record.TimestampType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes as what a producer sends for a partition, and as what a log holds; once as they are,
 * and once with length, format and CRC made right, since nobody guesses a CRC.
 *
 * <p>What holds: a batch is accepted or refused, never more; reading stored batches ends in the one
 * exception for corrupt ones, or in records; both cost heap in proportion to the bytes, and depend
 * on nothing outside of them; an accepted batch has a right CRC and as many records as was said,
 * and Kafka reads the same from it.
 */
public final class BatchFuzzer {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final long HEAP_PER_BYTE = 200;
  private static final long HEAP_PER_BATCH = 64 * 1024;
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  /** What compressed records may come to. */
  private static final int MAX_RECORD_BYTES = 64 * 1024;

  private static final BatchValidator.Limits ANY_TIME =
      new BatchValidator.Limits(
          MAX_MESSAGE_BYTES, TimestampType.CREATE_TIME, Long.MAX_VALUE, Long.MAX_VALUE);
  private static final BatchValidator.Limits NOT_LONG_AGO =
      new BatchValidator.Limits(MAX_MESSAGE_BYTES, TimestampType.CREATE_TIME, 3_600_000, 1000);
  private static final BatchValidator.Limits APPEND_TIME =
      new BatchValidator.Limits(MAX_MESSAGE_BYTES, TimestampType.LOG_APPEND_TIME, 0, 0);

  private BatchFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    readStored(input);
    admit(input, ANY_TIME);
    if (input.length >= BatchHeader.SIZE) {
      byte[] repaired = repaired(input);
      readStored(repaired);
      admit(repaired, ANY_TIME);
      admit(repaired, NOT_LONG_AGO);
      admit(repaired, APPEND_TIME);
    }
  }

  private static byte[] repaired(byte[] bytes) {
    byte[] repaired = bytes.clone();
    ByteBuffer.wrap(repaired)
        .putInt(8, repaired.length - BatchHeader.LENGTH_OVERHEAD)
        .put(16, BatchHeader.MAGIC);
    ByteBuf batch = Unpooled.wrappedBuffer(repaired);
    batch.setInt(17, BatchHeader.computeCrc(batch, 0));
    return repaired;
  }

  // ------------------------------------------------------------------------------ what a log holds

  private static void readStored(byte[] bytes) {
    SurroundedFrame first = new SurroundedFrame(bytes, 0, 0x00);
    SurroundedFrame second = new SurroundedFrame(bytes, 0, 0xff);
    List<Object> stored =
        Heap.within(
            HEAP_PER_BATCH + HEAP_PER_BYTE * bytes.length,
            () -> stored(first.buffer()),
            List::clear);
    if (!stored.equals(stored(second.buffer()))) {
      throw new AssertionError("what surrounds the batches has changed them");
    }
    first.assertLeftAlone();
    second.assertLeftAlone();
  }

  /** All records, and what stood in the way of more. */
  private static List<Object> stored(ByteBuf batches) {
    List<Object> found = new ArrayList<>();
    try {
      BatchReader.forEachBatch(
          batches,
          (buffer, index) -> {
            try {
              if (BatchHeader.isCompressed(buffer, index)) {
                found.add(summaryOfCompressed(buffer, index));
              } else {
                found.addAll(BatchReader.records(buffer, index));
              }
            } catch (CorruptBatchException e) {
              found.add(String.valueOf(e.getMessage()));
            }
          });
    } catch (CorruptBatchException e) {
      found.add(String.valueOf(e.getMessage()));
    }
    return found;
  }

  /** Takes no heap for what comes out, which may be much more than went in. */
  private static int summaryOfCompressed(ByteBuf buffer, int index) {
    GuardedAllocator allocator = new GuardedAllocator();
    int summary = 0;
    try (RecordCursor cursor = RecordCursor.open(buffer, index, MAX_RECORD_BYTES, allocator)) {
      while (cursor.next()) {
        summary = 31 * summary + Long.hashCode(cursor.offset() ^ cursor.timestampMs());
        summary = 31 * summary + (cursor.keySize() << 16 ^ cursor.valueSize());
      }
    } finally {
      allocator.assertAllReleased();
    }
    return summary;
  }

  // ---------------------------------------------------------------------------- what a producer
  // sends

  private static void admit(byte[] bytes, BatchValidator.Limits limits) {
    Judged judged =
        Heap.within(
            HEAP_PER_BATCH + 4L * bytes.length, () -> judge(bytes, 0x00, limits), again -> {});
    Judged other = judge(bytes, 0xff, limits);
    BatchValidator.Result result = judged.result();
    if (!result.equals(other.result()) || !judged.batch().equals(other.batch())) {
      throw new AssertionError("what surrounds the batch has changed " + judged + " to " + other);
    }
    ByteBuf batch = judged.batch().slice();
    switch (result) {
      case BatchValidator.Accepted accepted -> assertReadable(batch, accepted);
      case BatchValidator.Refused refused -> {
        if (!batch.equals(Unpooled.wrappedBuffer(bytes))) {
          throw new AssertionError(refused + ", but its bytes have changed");
        }
      }
    }
    judged.frame().assertSurroundingsLeftAlone();
    other.frame().assertSurroundingsLeftAlone();
  }

  private record Judged(SurroundedFrame frame, BatchValidator.Result result) {
    ByteBuf batch() {
      return frame.buffer();
    }
  }

  private static Judged judge(byte[] bytes, int surroundings, BatchValidator.Limits limits) {
    SurroundedFrame frame = new SurroundedFrame(bytes, 0, surroundings);
    return new Judged(frame, BatchValidator.admit(frame.buffer(), limits, NOW_MS));
  }

  private static void assertReadable(ByteBuf batch, BatchValidator.Accepted accepted) {
    if (!BatchHeader.isCrcValid(batch, 0)) {
      throw new AssertionError("accepted with a wrong CRC");
    }
    if (BatchHeader.isCompressed(batch, 0)) {
      assertKafkaAgreesOrRefuses(batch);
    } else {
      assertKafkaAgrees(batch, accepted);
    }
  }

  private static void assertKafkaAgrees(ByteBuf batch, BatchValidator.Accepted accepted) {
    List<BatchRecord> records = BatchReader.records(batch, 0);
    int count = 0;
    try (RecordCursor cursor = RecordCursor.open(batch, 0)) {
      for (Record theirs : kafkas(batch)) {
        assertNextIs(theirs, cursor);
        BatchRecord ours = records.get(count++);
        if (ours.offset() != theirs.offset()
            || ours.timestampMs() != theirs.timestamp()
            || !Objects.equals(ours.key(), theirs.key())
            || !Objects.equals(ours.value(), theirs.value())
            || ours.headers().size() != theirs.headers().length) {
          throw new AssertionError(ours + " is for Kafka " + theirs);
        }
      }
      if (cursor.next() || count != records.size() || count != accepted.recordCount()) {
        throw new AssertionError("Kafka reads " + count + " records, but " + accepted);
      }
    }
  }

  /**
   * Accepting does not look into compressed records, so they may be anything; and some that one
   * codec reads another does not. What both read is the same.
   */
  private static void assertKafkaAgreesOrRefuses(ByteBuf batch) {
    GuardedAllocator allocator = new GuardedAllocator();
    try (RecordCursor cursor = RecordCursor.open(batch, 0, MAX_RECORD_BYTES, allocator);
        RecordCursor again = RecordCursor.open(batch, 0, MAX_RECORD_BYTES, allocator)) {
      while (cursor.next()) {
        // Kafka would allocate what a record says that it has, so it may see no wrong ones.
      }
      for (Record theirs : recordsOrNone(kafkas(batch))) {
        assertNextIs(theirs, again);
      }
    } catch (CorruptBatchException e) {
      Objects.requireNonNull(e.getMessage());
    } finally {
      allocator.assertAllReleased();
    }
  }

  private static List<Record> recordsOrNone(MutableRecordBatch kafkas) {
    List<Record> records = new ArrayList<>();
    try {
      kafkas.forEach(records::add);
      return records;
    } catch (KafkaException e) {
      return List.of();
    }
  }

  private static MutableRecordBatch kafkas(ByteBuf batch) {
    MutableRecordBatch kafkas =
        MemoryRecords.readableRecords(batch.nioBuffer()).batches().iterator().next();
    kafkas.ensureValid();
    return kafkas;
  }

  private static void assertNextIs(Record theirs, RecordCursor cursor) {
    if (!cursor.next()
        || cursor.offset() != theirs.offset()
        || cursor.timestampMs() != theirs.timestamp()
        || !isSame(cursor, cursor.keyIndex(), cursor.keySize(), theirs.key())
        || !isSame(cursor, cursor.valueIndex(), cursor.valueSize(), theirs.value())
        || !headers(cursor).equals(headers(theirs))) {
      throw new AssertionError("offset " + cursor.offset() + " is for Kafka " + theirs);
    }
  }

  private static boolean isSame(
      RecordCursor cursor, int index, int size, @Nullable ByteBuffer theirs) {
    return theirs == null
        ? size == -1
        : size >= 0 && cursor.buffer().slice(index, size).nioBuffer().equals(theirs);
  }

  private static List<String> headers(RecordCursor cursor) {
    List<String> headers = new ArrayList<>();
    ByteBuf buffer = cursor.buffer();
    cursor.forEachHeader((nameIndex, nameSize, valueIndex, valueSize) -> {
      headers.add(buffer.toString(nameIndex, nameSize, StandardCharsets.UTF_8));
      headers.add(valueSize < 0 ? "null" : ByteBufUtil.hexDump(buffer, valueIndex, valueSize));
    });
    return headers;
  }

  private static List<String> headers(Record theirs) {
    List<String> headers = new ArrayList<>();
    for (Header header : theirs.headers()) {
      headers.add(header.key());
      headers.add(header.value() == null ? "null" : ByteBufUtil.hexDump(header.value()));
    }
    return headers;
  }
}
