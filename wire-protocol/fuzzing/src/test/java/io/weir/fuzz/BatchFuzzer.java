package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import io.weir.protocol.record.BatchValidator;
import io.weir.protocol.record.CompressedBatchException;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.RecordCursor;
import io.weir.protocol.record.TimestampType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
              found.addAll(BatchReader.records(buffer, index));
            } catch (CorruptBatchException | CompressedBatchException e) {
              found.add(String.valueOf(e.getMessage()));
            }
          });
    } catch (CorruptBatchException e) {
      found.add(String.valueOf(e.getMessage()));
    }
    return found;
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
    MutableRecordBatch kafkas =
        MemoryRecords.readableRecords(batch.nioBuffer()).batches().iterator().next();
    kafkas.ensureValid();
    if (BatchHeader.isCompressed(batch, 0)) {
      return;
    }
    List<BatchRecord> ours = BatchReader.records(batch, 0);
    RecordCursor cursor = new RecordCursor(batch, 0);
    int count = 0;
    for (Record theirs : kafkas) {
      if (!cursor.next() || cursor.headerCount() != theirs.headers().length) {
        throw new AssertionError("the cursor stops before Kafka's record " + theirs);
      }
      assertSame(ours.get(count++), theirs);
    }
    if (cursor.next() || count != ours.size() || count != accepted.recordCount()) {
      throw new AssertionError(
          count + " records for Kafka, " + ours.size() + " here, " + accepted + " at first");
    }
  }

  private static void assertSame(BatchRecord ours, Record theirs) {
    boolean same =
        ours.offset() == theirs.offset()
            && ours.timestampMs() == theirs.timestamp()
            && Objects.equals(ours.key(), theirs.key())
            && Objects.equals(ours.value(), theirs.value())
            && ours.headers().size() == theirs.headers().length;
    for (int i = 0; same && i < ours.headers().size(); i++) {
      same =
          ours.headers().get(i).name().equals(theirs.headers()[i].key())
              && Arrays.equals(bytes(ours.headers().get(i).value()), theirs.headers()[i].value());
    }
    if (!same) {
      throw new AssertionError(ours + " is for Kafka " + theirs);
    }
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
