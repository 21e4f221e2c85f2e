package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchBytesTest {
  @TempDir Path folder;

  @Test
  void batchesComeIntoMemoryAsTheyWereWrittenAndRottenOnesDoNot() throws IOException {
    PartitionLog log = PartitionLog.open(folder, LogConfig.defaults(), false, Runnable::run);
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      ByteBuf batch = TestBatches.batch(i * 3L, 1, 3, 1000);
      written.append(TestBatches.text(batch));
      log.stage(batch);
    }
    log.write();
    ByteBuf loaded = BatchBytes.load(slice(log), UnpooledByteBufAllocator.DEFAULT);
    assertThat(TestBatches.text(loaded)).isEqualTo(written.toString());
    loaded.release();

    flipBit(written.length() - 1);
    LogRead.Slice rotten = (LogRead.Slice) log.read(0, 1 << 20, 15, true);
    assertThatThrownBy(() -> BatchBytes.load(rotten.records(), UnpooledByteBufAllocator.DEFAULT))
        .isInstanceOf(LogFailure.class)
        .hasMessageContaining("damaged");
    log.close();
    assertThat(rotten.records().channel().isOpen()).isFalse();
  }

  private static io.weir.protocol.record.FileRecords slice(PartitionLog log) {
    return ((LogRead.Slice) log.read(0, 1 << 20, 15, true)).records();
  }

  private void flipBit(int at) throws IOException {
    Path file = folder.resolve(SegmentFiles.name(0, SegmentFiles.LOG));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
    }
  }
}
