package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.replication.journal.JournalSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs with durability=fsync in a directory whose machine loses power: a copy of it is made as it
 * is at some moment, what no flush covered is taken out of the segments, and the copy is opened.
 * The test's thread is the loop; tasks for it are run when it waits. {@code -Dseed=N} repeats one
 * run, {@code -Druns=N} does more.
 */
class DurableLogTest {
  private static final PartitionFolder ORDERS = new PartitionFolder("orders", 0, new UUID(1, 2));
  private static final JournalSettings ROOMY = new JournalSettings(1 << 20, 3, 1 << 16, 1 << 20);

  /** So small that logs have to settle all the time, and to go by file at times. */
  private static final JournalSettings TIGHT =
      new JournalSettings(16 * 4096, 3, 4 * 4096, 4 * 4096);

  private static final LogConfig FSYNC =
      LogConfig.defaults().toBuilder().durability(Durability.FSYNC).segmentBytes(4_000).build();

  private static final LogConfig REPLICATED =
      FSYNC.toBuilder().durability(Durability.REPLICATED).build();

  @TempDir private Path root;
  private final ConcurrentLinkedQueue<Runnable> loop = new ConcurrentLinkedQueue<>();
  private final List<LogDirectory> directories = new ArrayList<>();
  private int copies;

  @AfterEach
  void close() {
    directories.forEach(LogDirectory::close);
  }

  private LogDirectory open(Path path, JournalSettings journal) {
    LogDirectory directory = LogDirectory.open(path, 1, new Random(), Runnable::run, journal);
    directories.add(directory);
    return directory;
  }

  private PartitionLog openLog(LogDirectory directory, LogConfig config) {
    PartitionLog log = directory.openLog(ORDERS, config);
    log.flushedBy(loop::add, () -> {});
    return log;
  }

  private void runLoop() {
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }
  }

  private void awaitFlushed(PartitionLog log, long offset) {
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          runLoop();
          return log.flushedEndOffset() >= offset;
        });
  }

  private static void append(PartitionLog log, int epoch, int records) {
    log.stage(TestBatches.batch(log.nextOffset(), epoch, records, 1_000 + epoch));
    log.write();
  }

  /** Each batch's bytes, from the log's start to the offset. */
  private static List<String> batches(PartitionLog log, long from, long to) {
    List<String> found = new ArrayList<>();
    for (long offset = from; offset < to; ) {
      if (!(log.read(offset, 1, log.logEndOffset(), true) instanceof LogRead.Slice slice)) {
        throw new AssertionError("nothing at " + offset + " of " + log);
      }
      found.add(TestBatches.text(slice.records()));
      offset = slice.nextOffset();
    }
    return found;
  }

  /** The directory as a crash of the process leaves it. */
  private Path copy(Path directory) throws IOException {
    Path copy = root.resolve("copy-" + copies++);
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted().toList()) {
        Files.copy(file, copy.resolve(directory.relativize(file).toString()));
      }
    }
    return copy;
  }

  /**
   * Takes what no flush of the log's own files covered, or some of it, out of a copy of the log.
   *
   * @param settled all before it was put on disk; -1 when nothing was, not even the folder's name
   */
  private static void losePower(Path directory, PartitionLog log, long settled, Random random)
      throws IOException {
    Path folder = directory.resolve(ORDERS.name());
    long onDisk = Math.max(settled, log.recoveryPoint());
    if (settled < 0 && log.recoveryPoint() == 0 && random.nextBoolean()) {
      remove(folder);
      return;
    }
    int keptOfLast = positionOf(log, onDisk);
    List<SegmentFiles> segments = new LogFolder(folder).segments();
    for (int i = 0; i < segments.size(); i++) {
      long next = i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : Long.MAX_VALUE;
      if (segments.get(i).baseOffset() >= onDisk) {
        tear(segments.get(i).log(), 0, random);
      } else if (next > onDisk) {
        tear(segments.get(i).log(), keptOfLast, random);
      }
    }
  }

  private static int positionOf(PartitionLog log, long offset) {
    if (!(log.read(offset, 1, log.logEndOffset(), true) instanceof LogRead.Slice slice)) {
      return log.segments().getLast().sizeInBytes();
    }
    try {
      return (int) slice.records().position();
    } finally {
      slice.records().release();
    }
  }

  private static void tear(Path file, long kept, Random random) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(kept + random.nextLong(channel.size() - kept + 1));
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatIsFlushedSurvivesALossOfPowerOfWhichTheSegmentsKnowNothing() throws IOException {
    Path path = root.resolve("node");
    PartitionLog log = openLog(open(path, ROOMY), FSYNC);
    append(log, 1, 3);
    append(log, 1, 2);
    awaitFlushed(log, 5);
    Path crashed = copy(path);
    remove(crashed.resolve(ORDERS.name()));

    PartitionLog again = openLog(open(crashed, ROOMY), FSYNC);

    assertThat(batches(again, 0, 5)).isEqualTo(batches(log, 0, 5));
  }

  @Test
  void aTruncationIsNotUndone() throws IOException {
    Path path = root.resolve("node");
    PartitionLog log = openLog(open(path, ROOMY), FSYNC);
    append(log, 1, 2);
    append(log, 1, 2);
    log.truncateTo(2);
    assertThat(log.flushedEndOffset()).isLessThanOrEqualTo(2);
    append(log, 2, 1);
    awaitFlushed(log, 3);

    PartitionLog again = openLog(open(copy(path), ROOMY), FSYNC);

    assertThat(again.logEndOffset()).isEqualTo(3);
    assertThat(again.epochAt(2)).isEqualTo(2);
  }

  @Test
  void switchedOnNothingCountsBeforeWhatWasThereIsOnDisk() throws IOException {
    Path path = root.resolve("node");
    List<Runnable> disk = new ArrayList<>();
    LogDirectory directory = LogDirectory.open(path, 1, new Random(), disk::add, ROOMY);
    directories.add(directory);
    PartitionLog log = openLog(directory, REPLICATED);
    append(log, 1, 3);
    assertThat(log.flushedEndOffset()).isZero();

    log.configure(FSYNC);
    append(log, 1, 2);
    runLoop();
    assertThat(log.flushedEndOffset()).isZero();

    disk.forEach(Runnable::run);
    awaitFlushed(log, 5);
  }

  @Test
  void switchedOffTheJournalDoesNotCountAgainstWhatComesAfter() throws IOException {
    Path path = root.resolve("node");
    PartitionLog log = openLog(open(path, ROOMY), FSYNC);
    append(log, 1, 4);
    awaitFlushed(log, 4);
    log.configure(REPLICATED);
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          runLoop();
          return log.mayBeCutUnjournaled();
        });
    log.truncateTo(0);
    append(log, 2, 2);

    PartitionLog again = openLog(open(copy(path), ROOMY), REPLICATED);

    assertThat(again.logEndOffset()).isEqualTo(2);
    assertThat(again.epochAt(0)).isEqualTo(2);
  }

  @Test
  void afterACleanStopTheJournalIsNotRead() throws IOException {
    Path path = root.resolve("node");
    LogDirectory directory = open(path, ROOMY);
    PartitionLog log = openLog(directory, FSYNC);
    append(log, 1, 4);
    awaitFlushed(log, 4);
    log.close();
    directory.closeCleanly();
    // Were it read, this would be damage.
    Path file = path.resolve("journal").resolve("0.journal");
    byte[] bytes = Files.readAllBytes(file);
    bytes[10] ^= 1;
    Files.write(file, bytes);

    PartitionLog again = openLog(open(path, ROOMY), FSYNC);

    assertThat(again.logEndOffset()).isEqualTo(4);
  }

  @Test
  void aDamagedJournalIsRefusedWithTheFile() throws IOException {
    Path path = root.resolve("node");
    PartitionLog log = openLog(open(path, ROOMY), FSYNC);
    append(log, 1, 4);
    awaitFlushed(log, 4);
    append(log, 1, 4);
    awaitFlushed(log, 8);
    Path crashed = copy(path);
    Path file = crashed.resolve("journal").resolve("0.journal");
    byte[] bytes = Files.readAllBytes(file);
    bytes[4096 + 40] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> open(crashed, ROOMY))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("0.journal");
  }

  @Test
  void aJournalThatFailsFailsItsLogsAndTellsTheDirectory() throws IOException {
    Path path = root.resolve("node");
    LogDirectory directory = open(path, ROOMY);
    List<Throwable> told = new ArrayList<>();
    directory.onDirectoryFailure(told::add);
    Files.createFile(path.resolve("journal"));
    PartitionLog log = openLog(directory, FSYNC);

    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(() -> assertThatThrownBy(log::ensureUsable).isInstanceOf(LogFailure.class));

    assertThat(log.flushedEndOffset()).isZero();
    await().untilAsserted(() -> assertThat(told).hasSize(1));
  }

  @Test
  void whateverHappensNothingThatWasFlushedIsLost() throws IOException {
    int runs = Integer.getInteger("runs", 12);
    Long only = Long.getLong("seed");
    long first = only == null ? 1 : only;
    for (long seed = first; seed < (only == null ? first + runs : first + 1); seed++) {
      try {
        run(seed, new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            e.getMessage() + "; again with -Dtest=DurableLogTest -Dseed=" + seed, e);
      }
    }
  }

  /** Odd seeds lose power, even ones are killed while their journal is too small for all. */
  private void run(long seed, Random random) throws IOException {
    boolean losesPower = seed % 2 == 1;
    JournalSettings journal = losesPower ? ROOMY : TIGHT;
    Path path = root.resolve("run-" + seed);
    PartitionLog log = openLog(open(path, journal), FSYNC);
    int epoch = 1;
    long settled = -1;
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 30; i++) {
        int dice = random.nextInt(100);
        if (dice < 70) {
          append(log, epoch, 1 + random.nextInt(5));
        } else if (dice < 90) {
          runLoop();
        } else if (dice < 98) {
          long from = Math.max(log.logStartOffset(), log.logEndOffset() - 20);
          log.truncateTo(from + random.nextLong(log.logEndOffset() - from + 1));
          settled = Math.min(settled, log.logEndOffset());
          epoch++;
        } else {
          log.truncateFullyAndStartAt(log.logEndOffset() + random.nextInt(3));
          settled = Math.min(settled, 0);
          epoch++;
        }
      }
      if (random.nextBoolean()) {
        awaitFlushed(log, log.logEndOffset());
      }
      runLoop();
      long start = log.logStartOffset();
      long flushed = log.flushedEndOffset();
      Path crashed = copy(path);
      if (losesPower) {
        losePower(crashed, log, settled, random);
      }
      List<String> expected = batches(log, start, flushed);
      LogDirectory directory = open(crashed, journal);
      PartitionLog again = openLog(directory, FSYNC);
      // A log that was emptied claims no more than where it starts, and may find its old self
      // again.
      if (flushed > start) {
        assertThat(again.logStartOffset()).isEqualTo(start);
        assertThat(again.logEndOffset()).isGreaterThanOrEqualTo(flushed);
        assertThat(batches(again, start, flushed)).isEqualTo(expected);
      }
      log = again;
      path = crashed;
      // What was replayed is on disk, and a log that begins anew with records is put there.
      awaitFlushed(log, log.logEndOffset());
      settled = log.logEndOffset();
      epoch++;
    }
  }
}
