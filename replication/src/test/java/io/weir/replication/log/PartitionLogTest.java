package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartitionLogTest {
  @TempDir Path root;
  private final Deque<Runnable> background = new ArrayDeque<>();
  private final LogConfig config =
      LogConfig.defaults().toBuilder().segmentBytes(600).fileDeleteDelayMs(0).build();

  private PartitionLog open() {
    return PartitionLog.open(root.resolve("log"), config, false, background::add);
  }

  @AfterEach
  void runBackground() {
    while (!background.isEmpty()) {
      background.poll().run();
    }
  }

  private static void append(PartitionLog log, int batches) {
    for (int i = 0; i < batches; i++) {
      log.stage(TestBatches.batch(log.nextOffset(), 1, 3, 1000 + log.nextOffset()));
    }
    log.write();
  }

  @Test
  void whatIsStagedIsNotReadBeforeItIsWritten() {
    PartitionLog log = open();
    log.stage(TestBatches.batch(0, 1, 3, 1000));
    assertThat(log.nextOffset()).isEqualTo(3);
    assertThat(log.logEndOffset()).isZero();
    assertThat(log.read(0, 1000, Long.MAX_VALUE, true)).isEqualTo(LogRead.EMPTY);
    log.write();
    assertThat(log.logEndOffset()).isEqualTo(3);
    log.close();
  }

  @Test
  void batchesThatDoNotFollowOnAreRefusedAndReleased() {
    PartitionLog log = open();
    append(log, 1);
    ByteBuf gap = TestBatches.batch(4, 1, 1, 1000);
    assertThatThrownBy(() -> log.stage(gap)).isInstanceOf(IllegalArgumentException.class);
    assertThat(gap.refCnt()).isZero();
    ByteBuf older = TestBatches.batch(3, 0, 1, 1000);
    assertThatThrownBy(() -> log.stage(older)).isInstanceOf(IllegalArgumentException.class);
    ByteBuf half = TestBatches.batch(3, 1, 1, 1000);
    half.writerIndex(half.writerIndex() - 1);
    assertThatThrownBy(() -> log.stage(half)).isInstanceOf(IllegalArgumentException.class);
    append(log, 1);
    assertThat(log.logEndOffset()).isEqualTo(6);
    log.close();
  }

  @Test
  void aReaderOfADeletedSegmentReadsOn() {
    PartitionLog log = open();
    append(log, 20);
    LogRead.Slice slice = (LogRead.Slice) log.read(0, 1 << 20, Long.MAX_VALUE, true);
    log.advanceLogStart(30);
    log.delete();
    runBackground();
    assertThat(root.resolve("log")).doesNotExist();
    assertThat(TestBatches.bytes(slice.records())).hasSize(slice.records().sizeInBytes());
    assertThat(slice.records().channel().isOpen()).isFalse();
  }

  @Test
  void filesThatComeBackWithALossOfPowerBringNoDeletedRecordBack() throws IOException {
    PartitionLog log = open();
    append(log, 20);
    long boundary = log.segments().get(1).baseOffset();
    Path first = log.segments().getFirst().files().log();
    byte[] content = Files.readAllBytes(first);

    log.advanceLogStart(boundary);
    log.close();
    assertThat(first).doesNotExist();
    Files.write(first, content);

    PartitionLog again = open();
    assertThat(again.logStartOffset()).isEqualTo(boundary);
    assertThat(again.logEndOffset()).isEqualTo(60);
    assertThat(again.read(boundary - 1, 1000, Long.MAX_VALUE, true))
        .isEqualTo(LogRead.OUT_OF_RANGE);
    again.close();
  }

  @Test
  void aLogThatLostMoreWithThePowerThanWasDeletedGoesOnWhereItStarted() throws IOException {
    PartitionLog log = open();
    append(log, 20);
    log.advanceLogStart(55);
    log.close();
    try (Stream<Path> files = Files.list(root.resolve("log"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        Files.write(file, new byte[0]);
      }
    }

    PartitionLog again = open();
    assertThat(again.logStartOffset()).isEqualTo(55);
    assertThat(again.logEndOffset()).isEqualTo(55);
    append(again, 1);
    again.close();
  }

  @Test
  void filesOfARemovedSegmentStayForAWhileAndAreGoneAtTheNextStart() throws IOException {
    PartitionLog log = open();
    append(log, 20);
    Path first = log.segments().getFirst().files().log();
    Path renamed = first.resolveSibling(first.getFileName() + ".deleted");
    log.configure(config.toBuilder().fileDeleteDelayMs(3_600_000).build());

    log.advanceLogStart(30);
    runBackground();
    assertThat(first).doesNotExist();
    assertThat(renamed).exists();

    log.close();
    open().close();
    assertThat(renamed).doesNotExist();
  }

  @Test
  void filesOfARemovedSegmentGoOnceTheirTimeHasCome() throws InterruptedException {
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    LogConfig soon = config.toBuilder().fileDeleteDelayMs(1).build();
    PartitionLog log = PartitionLog.open(root.resolve("log"), soon, false, tasks::add);
    append(log, 20);
    Path first = log.segments().getFirst().files().log();
    Path renamed = first.resolveSibling(first.getFileName() + ".deleted");

    log.advanceLogStart(30);
    while (Files.exists(renamed)) {
      Runnable task = tasks.poll(20, TimeUnit.SECONDS);
      assertThat(task).isNotNull();
      Objects.requireNonNull(task).run();
    }
    log.close();
  }

  @Test
  void aFailedWriteTakesTheLogOutOfServiceForGood() {
    PartitionLog log = open();
    append(log, 1);
    ByteBuf lost = TestBatches.batch(3, 1, 3, 1000);
    log.stage(lost);
    // An interrupt closes the file under the write: an I/O error as good as any.
    Thread.currentThread().interrupt();
    assertThatThrownBy(log::write).isInstanceOf(LogFailure.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(lost.refCnt()).isZero();
    assertThat(log.logEndOffset()).isEqualTo(3);
    ByteBuf later = TestBatches.batch(3, 1, 3, 1000);
    assertThatThrownBy(() -> log.stage(later)).isInstanceOf(LogFailure.class);
    assertThat(later.refCnt()).isZero();
    assertThatThrownBy(log::write).isInstanceOf(LogFailure.class);
    assertThatThrownBy(() -> log.read(0, 1, 3, true)).isInstanceOf(LogFailure.class);
    assertThatThrownBy(log::close).isInstanceOf(LogFailure.class);
    PartitionLog again = open();
    assertThat(again.logEndOffset()).isEqualTo(3);
    again.close();
  }

  @Test
  void aSegmentThatCannotBePutOnDiskTakesTheLogOutOfService() throws IOException {
    PartitionLog log = open();
    append(log, 10);
    assertThat(background).isNotEmpty();
    // A folder in the way of a checkpoint's temporary file.
    Files.createDirectories(root.resolve("log").resolve("leader-epochs.tmp"));
    runBackground();
    assertThatThrownBy(log::write).isInstanceOf(LogFailure.class);
    assertThatThrownBy(log::close).isInstanceOf(LogFailure.class);
  }

  @Test
  void theRecoveryPointMovesInTheBackgroundAndByFlushes() {
    PartitionLog log = open();
    append(log, 10);
    assertThat(log.recoveryPoint()).isZero();
    runBackground();
    long sealed = log.recoveryPoint();
    assertThat(sealed).isBetween(1L, 29L);
    log.flush();
    assertThat(log.recoveryPoint()).isEqualTo(30);
    log.truncateTo(9);
    assertThat(log.recoveryPoint()).isEqualTo(9);
    log.close();
  }

  @Test
  void backgroundWorkFromBeforeATruncationDoesNothingAfterIt() {
    PartitionLog log = open();
    append(log, 10);
    log.truncateTo(3);
    runBackground();
    assertThat(log.recoveryPoint()).isEqualTo(3);
    append(log, 10);
    runBackground();
    log.close();
    PartitionLog again = PartitionLog.open(root.resolve("log"), config, true, background::add);
    assertThat(again.logEndOffset()).isEqualTo(33);
    again.close();
  }

  @Test
  void aLeaderThatWroteNothingStillEndsTheEpochBefore() {
    PartitionLog log = open();
    append(log, 2);
    log.startEpoch(5);
    assertThat(log.latestEpoch()).isEqualTo(5);
    assertThat(log.endOffsetOf(1)).isEqualTo(new EpochEnd(1, 6));
    assertThat(log.endOffsetOf(4)).isEqualTo(new EpochEnd(1, 6));
    assertThat(log.endOffsetOf(5)).isEqualTo(new EpochEnd(5, 6));
    assertThat(log.endOffsetOf(0)).isEqualTo(EpochEnd.UNDEFINED);
    log.startEpoch(7);
    assertThat(log.endOffsetOf(6)).isEqualTo(new EpochEnd(1, 6));
    log.close();
  }

  @Test
  void segmentsAreRolledByTheTimeOfTheirBatches() {
    PartitionLog log =
        PartitionLog.open(
            root.resolve("log"),
            LogConfig.defaults().toBuilder().segmentMs(100).build(),
            false,
            background::add);
    log.stage(TestBatches.batch(0, 1, 1, 1000));
    log.stage(TestBatches.batch(1, 1, 1, 1100));
    log.write();
    assertThat(log.segmentCount()).isEqualTo(1);
    log.stage(TestBatches.batch(2, 1, 1, 1101));
    log.write();
    assertThat(log.segmentCount()).isEqualTo(2);
    log.close();
  }

  @Test
  void anIdleLogWhoseRecordsAreAllTooOldBecomesEmpty() {
    PartitionLog log = open();
    append(log, 10);
    log.configure(config.toBuilder().retentionMs(100).build());
    assertThat(log.deleteOldSegments(30, 1029 + 101)).isPositive();
    assertThat(log.logStartOffset()).isEqualTo(30);
    assertThat(log.sizeInBytes()).isZero();
    append(log, 1);
    assertThat(log.earliest().offset()).isEqualTo(30);
    runBackground();
    try (Stream<Path> files = Files.list(root.resolve("log"))) {
      assertThat(files.filter(SegmentFiles::isLog)).hasSize(1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    log.close();
  }

  @Test
  void nothingAboveTheHighWatermarkExpires() {
    PartitionLog log = open();
    append(log, 10);
    log.configure(config.toBuilder().retentionMs(0).retentionBytes(0).build());
    log.deleteOldSegments(20, Long.MAX_VALUE / 2);
    assertThat(log.logStartOffset()).isBetween(1L, 20L);
    log.close();
  }

  @Test
  void severalBuffersOfSeveralPartsAreWrittenAsOne() {
    PartitionLog log = open();
    CompositeByteBuf parts = Unpooled.compositeBuffer();
    ByteBuf batch = TestBatches.batch(0, 1, 3, 1000);
    String expected = TestBatches.text(batch);
    for (int i = 0; i < batch.readableBytes(); i++) {
      parts.addComponent(true, batch.retainedSlice(i, 1));
    }
    batch.release();
    log.stage(parts);
    log.write();
    LogRead.Slice slice = (LogRead.Slice) log.read(0, 1000, 3, true);
    assertThat(TestBatches.text(slice.records())).isEqualTo(expected);
    log.close();
  }

  @Test
  void aWriteThatTakesOnlyPartIsContinued() throws IOException {
    OneByteChannel channel = new OneByteChannel();
    WriteRun run = new WriteRun();
    run.add(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}), 0, 3);
    run.add(Unpooled.wrappedBuffer(new byte[] {9, 4, 5}), 1, 3);
    run.writeTo(channel);
    assertThat(channel.written).containsExactly((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5);
  }

  private static final class OneByteChannel implements GatheringByteChannel {
    private final Deque<Byte> written = new ArrayDeque<>();

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (buffers[i].hasRemaining()) {
          return write(buffers[i]);
        }
      }
      return 0;
    }

    @Override
    public long write(ByteBuffer[] buffers) {
      return write(buffers, 0, buffers.length);
    }

    @Override
    public int write(ByteBuffer buffer) {
      written.add(buffer.get());
      return 1;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
