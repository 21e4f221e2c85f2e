package io.weir.protocol.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchRecompressionTest {
  private static final long NOW_MS = 1_800_000_000_000L;
  private static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true);
  private static final BatchValidator.Limits LIMITS =
      new BatchValidator.Limits(1 << 20, TimestampType.CREATE_TIME, 1_000_000, 1_000_000);

  private static BatchRecompression.Result recompress(
      ByteBuf batch, Compression target, BatchValidator.Limits limits) {
    return BatchRecompression.recompress(batch, target, limits, NOW_MS, ALLOCATOR);
  }

  private static final List<CompressionType> CODECS = List.of(CompressionType.values());

  private static ErrorCode errorOf(BatchRecompression.Result result) {
    return switch (result) {
      case BatchRecompression.Recompressed(ByteBuf batch) -> {
        batch.release();
        yield ErrorCode.NONE;
      }
      case BatchRecompression.Refused(ErrorCode error, String _) -> error;
    };
  }

  private static ByteBuf batch(Random random, CompressionType codec) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(ALLOCATOR)) {
      builder.compression(Compression.of(codec));
      if (random.nextBoolean()) {
        builder.producer(random.nextInt(100), (short) 3, random.nextInt(100));
        if (random.nextBoolean()) {
          builder.transactional();
        }
      }
      int count = 1 + random.nextInt(20);
      for (int i = 0; i < count; i++) {
        ByteBuffer key = random.nextBoolean() ? null : UTF_8.encode("key-" + random.nextInt(5));
        ByteBuffer value =
            random.nextBoolean() ? null : UTF_8.encode("v".repeat(random.nextInt(900)));
        builder.append(
            NOW_MS + random.nextInt(1_000),
            key,
            value,
            List.of(
                new BatchRecord.Header("h" + i, random.nextBoolean() ? null : UTF_8.encode("x"))));
      }
      return builder.build();
    }
  }

  private static List<String> records(ByteBuf batch) {
    List<String> all = new ArrayList<>();
    try (RecordCursor cursor = RecordCursor.open(batch, batch.readerIndex())) {
      while (cursor.next()) {
        StringBuilder text = new StringBuilder();
        text.append(cursor.offset()).append('@').append(cursor.timestampMs());
        text.append(' ').append(bytes(cursor.buffer(), cursor.keyIndex(), cursor.keySize()));
        text.append(' ').append(bytes(cursor.buffer(), cursor.valueIndex(), cursor.valueSize()));
        cursor.forEachHeader((name, nameSize, value, valueSize) ->
            text.append(' ')
                .append(bytes(cursor.buffer(), name, nameSize))
                .append('=')
                .append(bytes(cursor.buffer(), value, valueSize)));
        all.add(text.toString());
      }
    }
    return all;
  }

  private static String bytes(ByteBuf buffer, int index, int size) {
    return size < 0 ? "null" : buffer.toString(index, size, UTF_8);
  }

  @Test
  void recordsAndAllThatTheHeaderSaysOfThemStayAsTheyAreFromEachCodecToEachOther() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (CompressionType from : CompressionType.values()) {
      for (CompressionType to : CompressionType.values()) {
        ByteBuf batch = batch(random, from);
        BatchRecompression.Result result = recompress(batch, Compression.of(to), LIMITS);

        assertThat(result).as("-Dseed=" + seed).isInstanceOf(BatchRecompression.Recompressed.class);
        ByteBuf other = ((BatchRecompression.Recompressed) result).batch();
        assertThat(records(other)).as("-Dseed=" + seed).isEqualTo(records(batch));
        assertThat(BatchHeader.compressionType(other, 0)).isEqualTo(to);
        assertThat(BatchHeader.isCrcValid(other, 0)).isTrue();
        assertThat(BatchHeader.sizeInBytes(other, 0)).isEqualTo(other.readableBytes());
        assertThat(header(other)).as("-Dseed=" + seed).isEqualTo(header(batch));
        batch.release();
        other.release();
      }
    }
  }

  private static List<Object> header(ByteBuf batch) {
    return List.of(
        BatchHeader.producerId(batch, 0),
        BatchHeader.producerEpoch(batch, 0),
        BatchHeader.baseSequence(batch, 0),
        BatchHeader.isTransactional(batch, 0),
        BatchHeader.lastOffsetDelta(batch, 0),
        BatchHeader.recordCount(batch, 0),
        BatchHeader.baseTimestamp(batch, 0),
        BatchHeader.maxTimestamp(batch, 0));
  }

  @Test
  void appendTimeStays() {
    ByteBuf batch = batch(new Random(1), CompressionType.LZ4);
    BatchHeader.stampAppendTime(batch, 0, NOW_MS + 77);

    BatchRecompression.Result result =
        recompress(batch, Compression.of(CompressionType.ZSTD), LIMITS);

    ByteBuf other = ((BatchRecompression.Recompressed) result).batch();
    assertThat(BatchHeader.timestampType(other, 0)).isEqualTo(TimestampType.LOG_APPEND_TIME);
    assertThat(BatchHeader.maxTimestamp(other, 0)).isEqualTo(NOW_MS + 77);
    batch.release();
    other.release();
  }

  @Test
  void whatIsTooLargeInTheNewCodecIsRefusedAndNoMoreThanThatIsDecompressed() {
    ByteBuf batch;
    try (RecordBatchBuilder builder = new RecordBatchBuilder(ALLOCATOR)) {
      batch =
          builder
              .compression(Compression.of(CompressionType.ZSTD))
              .append(NOW_MS, null, ByteBuffer.allocate(3 << 20))
              .build();
    }
    assertThat(batch.readableBytes()).isLessThan(10_000);

    assertThat(errorOf(recompress(batch, Compression.NONE, LIMITS)))
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    BatchValidator.Limits tiny =
        new BatchValidator.Limits(100, TimestampType.CREATE_TIME, 1_000_000, 1_000_000);
    assertThat(errorOf(recompress(batch, Compression.of(CompressionType.GZIP), tiny)))
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    batch.release();
  }

  @Test
  void timestampsThatTheHeaderHidAreJudged() {
    ByteBuf batch;
    try (RecordBatchBuilder builder = new RecordBatchBuilder(ALLOCATOR)) {
      batch =
          builder
              .compression(Compression.of(CompressionType.GZIP))
              .append(NOW_MS, null, UTF_8.encode("now"))
              .append(NOW_MS + 2_000_000, null, UTF_8.encode("far ahead"))
              .build();
    }
    BatchHeader.setMaxTimestamp(batch, 0, NOW_MS);

    assertThat(errorOf(recompress(batch, Compression.of(CompressionType.LZ4), LIMITS)))
        .isEqualTo(ErrorCode.INVALID_TIMESTAMP);
    batch.release();
  }

  @Test
  void hostileBytesAreRefusedAndNothingLeaks() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      CompressionType from = CODECS.get(random.nextInt(CODECS.size()));
      CompressionType to = CODECS.get(random.nextInt(CODECS.size()));
      ByteBuf batch = batch(random, from);
      for (int j = random.nextInt(3); j >= 0; j--) {
        int at = BatchHeader.SIZE + random.nextInt(batch.readableBytes() - BatchHeader.SIZE);
        batch.setByte(at, random.nextInt());
      }
      assertThat(errorOf(recompress(batch, Compression.of(to), LIMITS)))
          .as("-Dseed=" + seed)
          .isIn(
              ErrorCode.NONE,
              ErrorCode.INVALID_RECORD,
              ErrorCode.INVALID_TIMESTAMP,
              ErrorCode.MESSAGE_TOO_LARGE);
      assertThat(batch.refCnt()).isEqualTo(1);
      batch.release();
    }
    assertThat(ALLOCATOR.metric().usedDirectMemory()).isZero();
  }
}
