package io.weir.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random batches, each written here and by Kafka: the headers are the same, the records before
 * compression are so to the byte, and each side reads from both what went in.
 */
final class RandomBatchesWithKafkaTest {
  private static final int BATCHES = 60;
  private static final String[] NAMES = {"", "h", "trace-id", "näme", "名前", "🜁"};

  private final Random random = new Random(Long.getLong("seed", 1234));

  /** What a batch is to hold; its records have the offsets that they have in the log. */
  private record Draft(
      Compression compression,
      long baseOffset,
      int leaderEpoch,
      long producerId,
      boolean transactional,
      boolean control,
      long appendTimeMs,
      long deleteHorizonMs,
      long lastOffset,
      List<BatchRecord> records) {
    /** Negative timestamps, which Kafka reads, but does not write. */
    boolean isBeforeTime() {
      return records.stream().anyMatch(record -> record.timestampMs() < -1);
    }

    short producerEpoch() {
      return (short) (producerId < 0 ? -1 : producerId % 100);
    }

    int baseSequence() {
      return producerId < 0 || control ? -1 : (int) (producerId % 5000);
    }
  }

  @ParameterizedTest
  @MethodSource("io.weir.protocol.record.CompressionTest#compressions")
  void bothWriteTheSameAndReadItFromEachOther(Compression compression) {
    boolean needsMuchTime = compression.level() == 22;
    for (int run = 0; run < (needsMuchTime ? 3 : BATCHES); run++) {
      Draft draft = draft(compression);
      ByteBuf ours = writeHere(draft);
      assertThat(BatchHeader.isCrcValid(ours, 0)).isTrue();
      assertThat(BatchReader.records(ours, 0)).isEqualTo(expectedRecords(draft));
      if (!draft.isBeforeTime()) {
        ByteBuf theirs = writeByKafka(draft);
        assertThat(plainForm(ours)).isEqualTo(plainForm(theirs));
        assertThat(BatchReader.records(theirs, 0)).isEqualTo(expectedRecords(draft));
      }
      assertReadByKafka(ours, draft);
      ours.release();
    }
  }

  @Test
  void aBatchWhoseRecordsAreAllGoneIsThatOfKafka() {
    ByteBuffer theirs = ByteBuffer.allocate(BatchHeader.SIZE);
    DefaultRecordBatch.writeEmptyHeader(
        theirs,
        RecordBatch.MAGIC_VALUE_V2,
        9,
        (short) 2,
        17,
        1000,
        1004,
        6,
        org.apache.kafka.common.record.TimestampType.CREATE_TIME,
        -1,
        true,
        false);
    try (RecordBatchBuilder builder = new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
      ByteBuf ours =
          builder
              .baseOffset(1000)
              .leaderEpoch(6)
              .producer(9, (short) 2, 17)
              .transactional()
              .compression(Compression.of(CompressionType.ZSTD))
              .lastOffsetDelta(4)
              .build();
      assertThat(ours).isEqualTo(Unpooled.wrappedBuffer(theirs.array()));
      assertThat(BatchReader.records(ours, 0)).isEmpty();
      ours.release();
    }
  }

  private Draft draft(Compression compression) {
    boolean control = random.nextInt(8) == 0;
    long producerId = random.nextInt(3) == 0 ? -1 : random.nextLong(1L << 40);
    long baseOffset = random.nextInt(4) == 0 ? 0 : random.nextLong(1L << 50);
    int count = 1 + (control ? 0 : random.nextInt(random.nextInt(10) == 0 ? 400 : 12));
    boolean gaps = random.nextInt(3) == 0;
    long baseTimeMs = random.nextInt(5) == 0 ? -1_000_000 : 1_700_000_000_000L;
    List<BatchRecord> records = new ArrayList<>();
    long offset = baseOffset;
    for (int i = 0; i < count; i++) {
      offset += gaps ? random.nextInt(50) : 0;
      records.add(
          new BatchRecord(
              offset++,
              random.nextInt(20) == 0 ? -1 : baseTimeMs + random.nextInt(200_000) - 100_000,
              bytes(),
              bytes(),
              headers()));
    }
    return new Draft(
        compression,
        baseOffset,
        random.nextInt(100),
        producerId,
        producerId >= 0 && random.nextBoolean(),
        control,
        random.nextInt(4) == 0 ? 1_800_000_000_000L : -1,
        random.nextInt(4) == 0 ? 1_750_000_000_000L : -1,
        offset - 1 + (gaps ? random.nextInt(20) : 0),
        records);
  }

  private @Nullable ByteBuffer bytes() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> null;
      case 2, 3 -> ByteBuffer.allocate(0);
      case 4 -> StandardCharsets.UTF_8.encode("grüße, 世界 🜁");
      case 5 -> ByteBuffer.allocate(random.nextInt(20_000));
      default -> {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        yield ByteBuffer.wrap(noise);
      }
    };
  }

  private List<BatchRecord.Header> headers() {
    List<BatchRecord.Header> headers = new ArrayList<>();
    for (int count = Math.max(0, random.nextInt(8) - 4); count > 0; count--) {
      headers.add(new BatchRecord.Header(NAMES[random.nextInt(NAMES.length)], bytes()));
    }
    return headers;
  }

  private static ByteBuf writeHere(Draft draft) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
      builder
          .compression(draft.compression())
          .baseOffset(draft.baseOffset())
          .leaderEpoch(draft.leaderEpoch())
          .producer(draft.producerId(), draft.producerEpoch(), draft.baseSequence());
      if (draft.transactional()) {
        builder.transactional();
      }
      if (draft.control()) {
        builder.control();
      }
      if (draft.appendTimeMs() >= 0) {
        builder.appendTime(draft.appendTimeMs());
      }
      if (draft.deleteHorizonMs() >= 0) {
        builder.deleteHorizon(draft.deleteHorizonMs());
      }
      for (BatchRecord record : draft.records()) {
        builder.appendAt(
            (int) (record.offset() - draft.baseOffset()),
            record.timestampMs(),
            record.key(),
            record.value(),
            record.headers());
      }
      return builder.lastOffsetDelta((int) (draft.lastOffset() - draft.baseOffset())).build();
    }
  }

  private static ByteBuf writeByKafka(Draft draft) {
    MemoryRecordsBuilder builder =
        new MemoryRecordsBuilder(
            new ByteBufferOutputStream(1024),
            RecordBatch.MAGIC_VALUE_V2,
            CompressionTest.kafkas(draft.compression()),
            draft.appendTimeMs() < 0
                ? org.apache.kafka.common.record.TimestampType.CREATE_TIME
                : org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME,
            draft.baseOffset(),
            draft.appendTimeMs(),
            draft.producerId(),
            draft.producerEpoch(),
            draft.baseSequence(),
            draft.transactional(),
            draft.control(),
            draft.leaderEpoch(),
            Integer.MAX_VALUE,
            draft.deleteHorizonMs());
    for (BatchRecord record : draft.records()) {
      SimpleRecord simple =
          new SimpleRecord(
              record.timestampMs(),
              duplicate(record.key()),
              duplicate(record.value()),
              record.headers().stream()
                  .map(header -> new RecordHeader(header.name(), array(header.value())))
                  .toArray(Header[]::new));
      try {
        builder.appendUncheckedWithOffset(record.offset(), simple);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    builder.overrideLastOffset(draft.lastOffset());
    return Unpooled.copiedBuffer(builder.build().buffer());
  }

  /** The batch as it would be without compression, but for the length and the CRC. */
  private static ByteBuf plainForm(ByteBuf batch) {
    ByteBuf plain = Unpooled.copiedBuffer(batch.slice(0, BatchHeader.SIZE));
    plain.setInt(BatchHeader.LENGTH_AT, 0).setInt(BatchHeader.CRC_AT, 0);
    try (RecordCursor cursor = RecordCursor.open(batch, 0)) {
      return cursor.isDecompressed()
          ? Unpooled.wrappedBuffer(plain, Unpooled.copiedBuffer(cursor.buffer()))
          : plain.writeBytes(batch, BatchHeader.SIZE, batch.writerIndex() - BatchHeader.SIZE);
    }
  }

  private static List<BatchRecord> expectedRecords(Draft draft) {
    return draft.appendTimeMs() < 0
        ? draft.records()
        : draft.records().stream()
            .map(record ->
                new BatchRecord(
                    record.offset(),
                    draft.appendTimeMs(),
                    record.key(),
                    record.value(),
                    record.headers()))
            .toList();
  }

  private static void assertReadByKafka(ByteBuf ours, Draft draft) {
    MutableRecordBatch batch =
        MemoryRecords.readableRecords(ours.nioBuffer()).batches().iterator().next();
    batch.ensureValid();
    assertThat(batch.lastOffset()).isEqualTo(draft.lastOffset());
    assertThat(batch.isControlBatch()).isEqualTo(draft.control());
    assertThat(batch.deleteHorizonMs().orElse(-1)).isEqualTo(draft.deleteHorizonMs());
    assertThat(BatchHeader.deleteHorizonMs(ours, 0)).isEqualTo(draft.deleteHorizonMs());
    Iterator<Record> records = batch.iterator();
    for (BatchRecord expected : expectedRecords(draft)) {
      Record record = records.next();
      record.ensureValid();
      List<BatchRecord.Header> headers = new ArrayList<>();
      for (Header header : record.headers()) {
        byte[] value = header.value();
        headers.add(
            new BatchRecord.Header(header.key(), value == null ? null : ByteBuffer.wrap(value)));
      }
      assertThat(
              new BatchRecord(
                  record.offset(), record.timestamp(), record.key(), record.value(), headers))
          .isEqualTo(expected);
    }
    assertThat(records.hasNext()).isFalse();
  }

  private static @Nullable ByteBuffer duplicate(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : bytes.duplicate();
  }

  private static byte @Nullable [] array(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      return null;
    }
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return array;
  }
}
