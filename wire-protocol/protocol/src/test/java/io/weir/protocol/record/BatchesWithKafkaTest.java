package io.weir.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the Java client writes is read and accepted here, and the other way round. */
final class BatchesWithKafkaTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final BatchValidator.Limits LIMITS =
      new BatchValidator.Limits(
          1 << 20, io.weir.protocol.record.TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000);

  private static Compression codec(CompressionType type) {
    return switch (type) {
      case NONE -> Compression.NONE;
      case GZIP -> Compression.gzip().build();
      case SNAPPY -> Compression.snappy().build();
      case LZ4 -> Compression.lz4().build();
      case ZSTD -> Compression.zstd().build();
    };
  }

  private static MemoryRecords kafkaBatch(CompressionType type, long baseOffset, int records) {
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(1024),
            RecordBatch.MAGIC_VALUE_V2,
            codec(type),
            TimestampType.CREATE_TIME,
            baseOffset,
            RecordBatch.NO_TIMESTAMP,
            7001L,
            (short) 3,
            42,
            true,
            9);
    for (int i = 0; i < records; i++) {
      builder.append(
          NOW_MS + i * 3L,
          i % 2 == 0 ? null : ("k" + i).getBytes(StandardCharsets.UTF_8),
          i % 3 == 0 ? null : ("value " + i).getBytes(StandardCharsets.UTF_8),
          i % 4 == 0
              ? new Header[] {
                new RecordHeader("h" + i, new byte[] {1, 2}), new RecordHeader("n", (byte[]) null)
              }
              : new Header[0]);
    }
    return builder.build();
  }

  @ParameterizedTest
  @EnumSource
  void theHeaderOfKafkasBatchesIsReadAsKafkaReadsIt(CompressionType type) {
    MemoryRecords records = kafkaBatch(type, 1234, 11);
    MutableRecordBatch theirs = records.batches().iterator().next();
    ByteBuf ours = Unpooled.wrappedBuffer(records.buffer());
    assertThat(BatchHeader.baseOffset(ours, 0)).isEqualTo(theirs.baseOffset()).isEqualTo(1234);
    assertThat(BatchHeader.sizeInBytes(ours, 0)).isEqualTo(theirs.sizeInBytes());
    assertThat(BatchHeader.lastOffset(ours, 0)).isEqualTo(theirs.lastOffset());
    assertThat(BatchHeader.nextOffset(ours, 0)).isEqualTo(theirs.nextOffset());
    assertThat(BatchHeader.partitionLeaderEpoch(ours, 0)).isEqualTo(theirs.partitionLeaderEpoch());
    assertThat(BatchHeader.magic(ours, 0)).isEqualTo(theirs.magic());
    assertThat(BatchHeader.crc(ours, 0)).isEqualTo((int) theirs.checksum());
    assertThat(BatchHeader.isCrcValid(ours, 0)).isTrue();
    assertThat(BatchHeader.compressionType(ours, 0)).isEqualTo(type);
    assertThat(type.id()).isEqualTo(theirs.compressionType().id);
    assertThat(BatchHeader.maxTimestamp(ours, 0)).isEqualTo(theirs.maxTimestamp());
    assertThat(BatchHeader.baseTimestamp(ours, 0)).isEqualTo(NOW_MS);
    assertThat(BatchHeader.producerId(ours, 0)).isEqualTo(theirs.producerId());
    assertThat(BatchHeader.producerEpoch(ours, 0)).isEqualTo(theirs.producerEpoch());
    assertThat(BatchHeader.baseSequence(ours, 0)).isEqualTo(theirs.baseSequence());
    assertThat(BatchHeader.recordCount(ours, 0)).isEqualTo(theirs.countOrNull());
    assertThat(BatchHeader.isTransactional(ours, 0)).isTrue();
    assertThat(BatchHeader.isControl(ours, 0)).isFalse();
    assertThat(BatchHeader.timestampType(ours, 0))
        .isEqualTo(io.weir.protocol.record.TimestampType.CREATE_TIME);
  }

  @ParameterizedTest
  @EnumSource
  void kafkasBatchesAreAcceptedAsTheyAre(CompressionType type) {
    MemoryRecords records = kafkaBatch(type, 0, 50);
    ByteBuf ours = Unpooled.copiedBuffer(records.buffer());
    assertThat(BatchValidator.admit(ours, LIMITS, NOW_MS))
        .isEqualTo(new BatchValidator.Accepted(50, -1));
    assertThat(ours).isEqualTo(Unpooled.wrappedBuffer(records.buffer()));
  }

  @ParameterizedTest
  @EnumSource
  void offsetsAreAssignedInPlaceAndKafkaStillFindsTheBatchInOrder(CompressionType type) {
    ByteBuf ours = Unpooled.copiedBuffer(kafkaBatch(type, 0, 5).buffer());
    BatchHeader.assignOffsets(ours, 0, 1L << 40, 17);
    MutableRecordBatch theirs = readByKafka(ours);
    theirs.ensureValid();
    assertThat(theirs.baseOffset()).isEqualTo(1L << 40);
    assertThat(theirs.partitionLeaderEpoch()).isEqualTo(17);
  }

  @ParameterizedTest
  @EnumSource
  void appendTimeIsStampedInPlaceAndKafkaReadsItFromEachRecord(CompressionType type) {
    ByteBuf ours = Unpooled.copiedBuffer(kafkaBatch(type, 0, 5).buffer());
    BatchValidator.Limits appendTime =
        new BatchValidator.Limits(
            1 << 20, io.weir.protocol.record.TimestampType.LOG_APPEND_TIME, 0, 0);
    assertThat(BatchValidator.admit(ours, appendTime, NOW_MS + 999))
        .isEqualTo(new BatchValidator.Accepted(5, NOW_MS + 999));
    MutableRecordBatch theirs = readByKafka(ours);
    theirs.ensureValid();
    assertThat(theirs.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    for (Record record : theirs) {
      assertThat(record.timestamp()).isEqualTo(NOW_MS + 999);
    }
  }

  @Test
  void recordsOfKafkasBatchesAreReadAsKafkaReadsThem() {
    MemoryRecords records = kafkaBatch(CompressionType.NONE, 77, 40);
    List<BatchRecord> ours = new ArrayList<>();
    BatchReader.forEachRecord(Unpooled.wrappedBuffer(records.buffer()), ours::add);
    int i = 0;
    for (Record theirs : records.records()) {
      BatchRecord our = ours.get(i++);
      assertThat(our.offset()).isEqualTo(theirs.offset());
      assertThat(our.timestampMs()).isEqualTo(theirs.timestamp());
      assertThat(our.key()).isEqualTo(theirs.key());
      assertThat(our.value()).isEqualTo(theirs.value());
      assertThat(our.headers()).hasSize(theirs.headers().length);
      for (int h = 0; h < our.headers().size(); h++) {
        byte[] value = theirs.headers()[h].value();
        assertThat(our.headers().get(h).name()).isEqualTo(theirs.headers()[h].key());
        assertThat(our.headers().get(h).value())
            .isEqualTo(value == null ? null : ByteBuffer.wrap(value));
      }
    }
    assertThat(i).isEqualTo(ours.size());
  }

  @Test
  void builtBatchesAreThoseThatKafkaReads() {
    Random random = new Random(5);
    for (int run = 0; run < 50; run++) {
      int count = 1 + random.nextInt(20);
      List<BatchRecord> written = new ArrayList<>();
      try (RecordBatchBuilder builder =
          new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)
              .baseOffset(run * 100L)
              .leaderEpoch(run)
              .producer(run, (short) 2, 7)) {
        for (int i = 0; i < count; i++) {
          BatchRecord record =
              new BatchRecord(
                  run * 100L + i,
                  NOW_MS + random.nextInt(100_000) - 50_000,
                  random.nextBoolean() ? null : bytes(random),
                  random.nextBoolean() ? null : bytes(random),
                  random.nextBoolean()
                      ? List.of()
                      : List.of(new BatchRecord.Header("näme", bytes(random))));
          written.add(record);
          builder.append(record.timestampMs(), record.key(), record.value(), record.headers());
        }
        assertThat(builder.recordCount()).isEqualTo(count);
        ByteBuf batch = builder.build();
        assertKafkaReads(batch, written);
        assertThat(BatchReader.records(batch, 0)).isEqualTo(written);
        batch.release();
      }
    }
  }

  private static void assertKafkaReads(ByteBuf batch, List<BatchRecord> written) {
    MutableRecordBatch theirs = readByKafka(batch);
    theirs.ensureValid();
    assertThat(theirs.baseSequence()).isEqualTo(7);
    assertThat(theirs.maxTimestamp())
        .isEqualTo(written.stream().mapToLong(BatchRecord::timestampMs).max().orElseThrow());
    int i = 0;
    for (Record record : theirs) {
      BatchRecord expected = written.get(i++);
      record.ensureValid();
      assertThat(record.offset()).isEqualTo(expected.offset());
      assertThat(record.timestamp()).isEqualTo(expected.timestampMs());
      assertThat(record.key()).isEqualTo(expected.key());
      assertThat(record.value()).isEqualTo(expected.value());
      assertThat(record.headers()).hasSize(expected.headers().size());
    }
    assertThat(i).isEqualTo(written.size());
  }

  private static ByteBuffer bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static MutableRecordBatch readByKafka(ByteBuf batch) {
    return MemoryRecords.readableRecords(batch.nioBuffer()).batches().iterator().next();
  }
}
