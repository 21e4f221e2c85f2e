package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What finds no room on the disk is taken back, and the log is as if it had never been staged. */
final class FullDiskTest {
  private static final int RUNS = Integer.getInteger("weir.fullDisk.runs", 20);

  @TempDir Path root;
  private SmallDisk disk;
  private final Deque<Runnable> background = new ArrayDeque<>();
  private final LogConfig config = LogConfig.defaults().toBuilder().segmentBytes(20_000).build();

  @BeforeEach
  void mount() throws IOException {
    disk = SmallDisk.mount(root.resolve("disk"), 256);
  }

  @AfterEach
  void unmount() {
    if (disk != null) {
      disk.close();
    }
  }

  private void runBackground() {
    while (!background.isEmpty()) {
      background.poll().run();
    }
  }

  @Test
  void aLogOnAFullDiskKeepsWhatItHasAndGoesOnWhenThereIsRoom() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    for (int i = 0; i < RUNS; i++) {
      fillAndGoOn(disk.path().resolve("log-" + i), seed + i);
    }
  }

  private void fillAndGoOn(Path folder, long seed) throws IOException {
    Random random = new Random(seed);
    Path ballast = disk.path().resolve("ballast");
    Files.write(ballast, new byte[60_000 + random.nextInt(20_000)]);
    PartitionLog log = PartitionLog.open(folder, config, false, background::add);
    log.startEpoch(3);
    int refused = 0;
    for (int round = 0; round < 5_000 && refused < 5; round++) {
      long end = log.logEndOffset();
      int latestEpoch = log.latestEpoch();
      try {
        for (int batches = 1 + random.nextInt(8); batches > 0; batches--) {
          log.stage(batch(log.nextOffset(), 3 + refused, random));
        }
        log.write();
      } catch (DiskFullException e) {
        refused++;
        assertThat(log.logEndOffset()).as("seed %d", seed).isEqualTo(end);
        assertThat(log.nextOffset()).as("seed %d", seed).isEqualTo(end);
        assertThat(log.latestEpoch()).as("seed %d", seed).isEqualTo(latestEpoch);
      }
      if (random.nextInt(4) == 0) {
        runBackground();
      }
    }
    assertThat(refused).as("seed %d", seed).isEqualTo(5);
    byte[] before = content(log);

    Files.delete(ballast);
    long end = log.logEndOffset();
    log.stage(batch(end, 9, random));
    log.write();
    assertThat(log.logEndOffset()).as("seed %d", seed).isGreaterThan(end);
    runBackground();
    assertThat(content(log)).as("seed %d", seed).startsWith(before);
    byte[] after = content(log);
    log.close();

    // A start that believes nothing but the files finds the same.
    PartitionLog again = PartitionLog.open(folder, config, false, background::add);
    assertThat(content(again)).as("seed %d", seed).isEqualTo(after);
    again.delete();
    runBackground();
  }

  @Test
  void retentionNeedsNoRoomOnADiskWithoutAByteLeft() throws IOException {
    PartitionLog log =
        PartitionLog.open(disk.path().resolve("log"), config, false, background::add);
    for (int i = 0; i < 120; i++) {
      log.stage(TestBatches.batch(log.nextOffset(), 3, 40, 1_000));
      log.write();
    }
    runBackground();
    int segments = log.segmentCount();
    long end = log.logEndOffset();
    assertThat(segments).isGreaterThan(3);
    fillToTheLastByte();

    log.configure(config.toBuilder().retentionBytes(1).fileDeleteDelayMs(0).build());
    assertThat(log.deleteOldSegments(end, 2_000)).isEqualTo(segments - 1);

    assertThat(log.logEndOffset()).isEqualTo(end);
    assertThat(log.segmentCount()).isEqualTo(1);
    long start = log.logStartOffset();
    runBackground();
    log.stage(TestBatches.batch(end, 3, 40, 1_000));
    log.write();
    log.close();
    PartitionLog again =
        PartitionLog.open(disk.path().resolve("log"), config, false, background::add);
    assertThat(again.logStartOffset()).isEqualTo(start);
    again.close();
  }

  private void fillToTheLastByte() throws IOException {
    try (OutputStream ballast = Files.newOutputStream(disk.path().resolve("ballast"))) {
      while (true) {
        ballast.write(0);
      }
    } catch (IOException e) {
      assertThat(DiskFull.is(e)).as("%s", e).isTrue();
    }
  }

  private static ByteBuf batch(long offset, int epoch, Random random) {
    return TestBatches.batch(offset, epoch, 1 + random.nextInt(40), 1_000 + offset);
  }

  private static byte[] content(PartitionLog log) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    long offset = log.logStartOffset();
    while (log.read(offset, 1 << 20, Long.MAX_VALUE, true) instanceof LogRead.Slice slice) {
      all.writeBytes(TestBatches.bytes(slice.records()));
      offset = slice.nextOffset();
    }
    return all.toByteArray();
  }

  @Test
  void aSegmentThatCannotBePutOnDiskIsNoMatterOfRoom() {
    assertThat(DiskFull.is(new IOException("No space left on device"))).isTrue();
    assertThat(DiskFull.is(new IOException("Disk quota exceeded"))).isTrue();
    assertThat(DiskFull.is(new IOException("Input/output error"))).isFalse();
    assertThat(DiskFull.is(new UnflushedException(new IOException("No space left on device"))))
        .isFalse();
  }
}
