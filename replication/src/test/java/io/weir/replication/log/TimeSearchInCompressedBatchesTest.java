package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TimeSearchInCompressedBatchesTest {
  private static final int RECORDS = 10;

  @TempDir Path root;
  private final Deque<Runnable> background = new ArrayDeque<>();
  private PartitionLog log;

  @BeforeEach
  void open() {
    log = PartitionLog.open(root.resolve("log"), LogConfig.defaults(), false, background::add);
  }

  @AfterEach
  void close() {
    log.close();
    while (!background.isEmpty()) {
      background.poll().run();
    }
  }

  /** Ten records a batch, ten milliseconds from one to the next. */
  private static ByteBuf batch(CompressionType type, long baseOffset, int valueBytes) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
      builder.baseOffset(baseOffset).leaderEpoch(3).compression(Compression.of(type));
      for (int i = 0; i < RECORDS; i++) {
        builder.append(timeOf(baseOffset + i), null, ByteBuffer.allocate(valueBytes));
      }
      return builder.build();
    }
  }

  private static long timeOf(long offset) {
    return 1000 + 10 * offset;
  }

  private void append(ByteBuf batch) {
    log.stage(batch);
    log.write();
  }

  @ParameterizedTest
  @EnumSource
  void theVeryRecordIsFound(CompressionType type) {
    for (int batch = 0; batch < 3; batch++) {
      append(batch(type, log.nextOffset(), 100));
    }
    for (long offset = 0; offset < 3 * RECORDS; offset++) {
      OffsetAtTime record = new OffsetAtTime(offset, timeOf(offset), 3);
      assertThat(log.offsetForTimestamp(timeOf(offset), Long.MAX_VALUE)).isEqualTo(record);
      assertThat(log.offsetForTimestamp(timeOf(offset) - 9, Long.MAX_VALUE)).isEqualTo(record);
    }
    long last = 3 * RECORDS - 1;
    assertThat(log.maxTimestamp(Long.MAX_VALUE)).isEqualTo(new OffsetAtTime(last, timeOf(last), 3));
    assertThat(log.offsetForTimestamp(timeOf(last) + 1, Long.MAX_VALUE))
        .isEqualTo(OffsetAtTime.NONE);
  }

  @Test
  void aBatchThatIsTooMuchToDecompressIsFoundAsAWhole() {
    append(batch(CompressionType.ZSTD, 0, 100));
    append(batch(CompressionType.ZSTD, RECORDS, 1 << 20));
    assertThat(log.offsetForTimestamp(timeOf(15), Long.MAX_VALUE))
        .isEqualTo(new OffsetAtTime(RECORDS, timeOf(19), 3));
  }

  @Test
  void soIsABatchWhoseContentIsNotWhatItsCodecWrites() {
    ByteBuf damaged = batch(CompressionType.GZIP, 0, 100);
    damaged.setByte(BatchHeader.SIZE, 0);
    append(damaged);
    append(batch(CompressionType.GZIP, RECORDS, 100));
    assertThat(log.offsetForTimestamp(timeOf(5), Long.MAX_VALUE))
        .isEqualTo(new OffsetAtTime(0, timeOf(9), 3));
    assertThat(log.offsetForTimestamp(timeOf(15), Long.MAX_VALUE))
        .isEqualTo(new OffsetAtTime(15, timeOf(15), 3));
  }
}
