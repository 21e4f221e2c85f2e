package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log and a list of batches go through the same random operations and must agree after each. A
 * failing seed is in the message of the failure; {@code -Dseed=} repeats it alone.
 */
final class PartitionLogModelTest {
  private static final int SEEDS = Integer.getInteger("seeds", 10);
  private static final int STEPS = 100;

  @TempDir Path folder;

  @Test
  void aLogHoldsWhatAListOfItsBatchesHolds() {
    Long only = Long.getLong("seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
      try {
        new Run(seed, folder.resolve("seed-" + seed)).play();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("-Dseed=" + seed, e);
      }
    }
  }

  private record Batch(long base, long next, int epoch, long timestampMs, String bytes) {
    @Override
    public String toString() {
      return base + ".." + next + " epoch " + epoch;
    }
  }

  private static final class Run {
    private final Random random;
    private Path path;
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final List<Batch> model = new ArrayList<>();
    private final LogConfig config;
    private PartitionLog log;
    private long start;
    private long end;
    private int epoch;
    private long nowMs = 1_000_000;

    Run(long seed, Path path) {
      this.random = new Random(seed);
      this.path = path;
      this.config =
          LogConfig.defaults().toBuilder()
              .fileDeleteDelayMs(0)
              .segmentBytes(500 + random.nextInt(8000))
              .indexIntervalBytes(random.nextInt(600))
              .segmentMs(1 + random.nextInt(5000))
              .segmentJitterMs(random.nextInt(5000))
              .segmentIndexBytes(4 + random.nextInt(100))
              .build();
      this.log = open(false);
    }

    private PartitionLog open(boolean clean) {
      return PartitionLog.open(path, config, clean, background::add);
    }

    void play() throws IOException {
      for (int step = 0; step < STEPS; step++) {
        nowMs += random.nextInt(1000);
        int die = random.nextInt(100);
        if (die < 55) {
          append();
        } else if (die < 63) {
          truncate();
        } else if (die < 68) {
          restartCleanly();
        } else if (die < 73) {
          restartAfterKill();
        } else if (die < 78) {
          retain();
        } else if (die < 81) {
          advanceStart();
        } else if (die < 83) {
          startAgain();
        } else if (die < 86) {
          log.flush();
        } else if (die < 89) {
          damageIndexes();
        } else {
          runBackground();
        }
        verify();
      }
      log.close();
      runBackground();
    }

    private void runBackground() {
      while (!background.isEmpty()) {
        background.poll().run();
      }
    }

    private void append() {
      if (random.nextInt(6) == 0) {
        epoch += 1 + random.nextInt(3);
        log.startEpoch(epoch);
      }
      int buffers = 1 + random.nextInt(4);
      long next = end;
      for (int i = 0; i < buffers; i++) {
        CompositeByteBuf several = UnpooledByteBufAllocator.DEFAULT.compositeBuffer();
        int batches = 1 + random.nextInt(3);
        for (int j = 0; j < batches; j++) {
          int records = 1 + random.nextInt(5);
          long timestampMs = nowMs - random.nextInt(300);
          ByteBuf batch = TestBatches.batch(next, epoch, records, timestampMs, random.nextInt(200));
          model.add(
              new Batch(
                  next, next + records, epoch, timestampMs + records - 1, TestBatches.text(batch)));
          several.addComponent(true, batch);
          next += records;
        }
        assertThat(log.stage(several)).isEqualTo(next);
      }
      assertThat(log.logEndOffset()).isEqualTo(end);
      log.write();
      end = next;
    }

    private void truncate() {
      long to = start + (long) (random.nextDouble() * (end - start + 1));
      log.truncateTo(to);
      while (!model.isEmpty() && model.getLast().next() > to) {
        end = model.removeLast().base();
      }
      // An offset inside the first batch of an advanced start: the log cannot end before it starts.
      start = Math.min(start, end);
      epoch = Math.max(epoch, log.latestEpoch());
    }

    private void restartCleanly() {
      log.close();
      runBackground();
      log = open(true);
    }

    private void restartAfterKill() throws IOException {
      // What a killed process leaves: some of the background's work undone, perhaps half a batch at
      // the end.
      Path copy = path.resolveSibling(path.getFileName() + "x");
      Files.createDirectories(copy);
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
      log.delete();
      runBackground();
      path = copy;
      if (random.nextBoolean()) {
        appendGarbage();
      }
      log = open(false);
    }

    private void appendGarbage() throws IOException {
      try (Stream<Path> files = Files.list(path)) {
        Path last = files.filter(SegmentFiles::isLog).sorted().toList().getLast();
        ByteBuf batch = TestBatches.batch(end, epoch, 3, nowMs);
        byte[] bytes = TestBatches.bytes(batch);
        batch.release();
        byte[] torn = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
        Files.write(last, torn, StandardOpenOption.APPEND);
      }
    }

    private void retain() {
      log.configure(
          random.nextBoolean()
              ? config.toBuilder().retentionMs(random.nextInt(20_000)).build()
              : config.toBuilder().retentionMs(-1).retentionBytes(random.nextInt(10_000)).build());
      long highWatermark = start + (long) (random.nextDouble() * (end - start + 1));
      log.deleteOldSegments(highWatermark, nowMs);
      log.configure(config);
      assertThat(log.logStartOffset()).isBetween(start, Math.max(start, highWatermark));
      startMovedTo(log.logStartOffset());
    }

    private void advanceStart() {
      long to = start + (long) (random.nextDouble() * (end - start + 1));
      log.advanceLogStart(to);
      assertThat(log.logStartOffset()).isEqualTo(to);
      startMovedTo(to);
    }

    private void startMovedTo(long offset) {
      start = offset;
      model.removeIf(batch -> batch.next() <= offset);
    }

    private void startAgain() {
      long at = random.nextBoolean() ? end + random.nextInt(50) : random.nextInt(50);
      log.truncateFullyAndStartAt(at);
      model.clear();
      start = at;
      end = at;
    }

    private void damageIndexes() throws IOException {
      log.close();
      runBackground();
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.filter(f -> f.toString().endsWith("index")).toList()) {
          byte[] bytes = Files.readAllBytes(file);
          switch (random.nextInt(4)) {
            case 0 -> Files.delete(file);
            case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case 2 -> {
              bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
              Files.write(file, bytes);
            }
            default -> {}
          }
        }
      }
      log = open(true);
    }

    private void verify() {
      assertThat(log.logStartOffset()).isEqualTo(start);
      assertThat(log.logEndOffset()).isEqualTo(end);
      assertThat(log.read(start - 1, 100, end, true)).isEqualTo(LogRead.OUT_OF_RANGE);
      assertThat(log.read(end + 1, 100, end + 1, true)).isEqualTo(LogRead.OUT_OF_RANGE);
      assertThat(log.read(end, 100, end, true)).isEqualTo(LogRead.EMPTY);
      for (int i = 0; i < 5 && start < end; i++) {
        readSomewhere();
      }
      if (random.nextInt(8) == 0) {
        readAll();
        findTimes();
      }
      verifyEpochs();
    }

    private void readSomewhere() {
      long offset = start + (long) (random.nextDouble() * (end - start));
      int maxBytes = random.nextInt(3000);
      long bound = offset + random.nextInt(40) + (random.nextInt(4) == 0 ? 1000 : 0);
      boolean atLeastOne = random.nextBoolean();
      LogRead read = log.read(offset, maxBytes, bound, atLeastOne);
      int first = 0;
      while (model.get(first).next() <= offset) {
        first++;
      }
      StringBuilder expected = new StringBuilder();
      int last = first;
      while (last < model.size() && model.get(last).next() <= bound) {
        int size = expected.length() + model.get(last).bytes().length();
        if (size > maxBytes && !(last == first && atLeastOne)) {
          break;
        }
        expected.append(model.get(last).bytes());
        last++;
      }
      if (last == first) {
        assertThat(read).isEqualTo(LogRead.EMPTY);
        return;
      }
      LogRead.Slice slice = (LogRead.Slice) read;
      String got = TestBatches.text(slice.records());
      assertThat(slice.firstOffset()).isEqualTo(model.get(first).base());
      // A slice ends with its segment, and may so be shorter; what it has must be right, and all
      // that the segment has.
      int batches = first;
      StringBuilder upToNext = new StringBuilder();
      while (batches < last && model.get(batches).next() <= slice.nextOffset()) {
        upToNext.append(model.get(batches++).bytes());
      }
      assertThat(batches).isPositive();
      assertThat(model.get(batches - 1).next()).isEqualTo(slice.nextOffset());
      assertThat(got).isEqualTo(upToNext.toString());
      if (batches < last) {
        assertThat(path.resolve(SegmentFiles.name(slice.nextOffset(), ".log"))).exists();
      }
    }

    private void readAll() {
      long offset = start;
      StringBuilder all = new StringBuilder();
      while (offset < end) {
        LogRead.Slice slice = (LogRead.Slice) log.read(offset, 1 + random.nextInt(2000), end, true);
        all.append(TestBatches.text(slice.records()));
        offset = slice.nextOffset();
      }
      StringBuilder expected = new StringBuilder();
      model.forEach(batch -> expected.append(batch.bytes()));
      assertThat(all.toString()).isEqualTo(expected.toString());
    }

    private void findTimes() {
      long wanted = nowMs - random.nextInt(100_000);
      long bound = start + (long) (random.nextDouble() * (end - start + 1));
      long expected = -1;
      long latestMs = -1;
      long latestOffset = -1;
      for (Batch batch : model) {
        for (long offset = Math.max(batch.base(), start);
            offset < batch.next() && offset < bound;
            offset++) {
          long timestampMs = batch.timestampMs() - (batch.next() - 1 - offset);
          if (expected < 0 && timestampMs >= wanted) {
            expected = offset;
          }
          if (batch.next() <= bound && timestampMs > latestMs) {
            latestMs = timestampMs;
            latestOffset = offset;
          }
        }
      }
      assertThat(log.offsetForTimestamp(wanted, bound).offset()).isEqualTo(expected);
      if (model.stream().allMatch(b -> b.next() <= bound || b.base() >= bound)) {
        assertThat(log.maxTimestamp(bound).offset()).isEqualTo(latestOffset);
        assertThat(log.maxTimestamp(bound).timestampMs()).isEqualTo(latestMs);
      }
    }

    private void verifyEpochs() {
      for (int i = 0; i < model.size(); i++) {
        Batch batch = model.get(i);
        long epochEnd = end;
        for (int j = i + 1; j < model.size(); j++) {
          if (model.get(j).epoch() != batch.epoch()) {
            epochEnd = model.get(j).base();
            break;
          }
        }
        assertThat(log.endOffsetOf(batch.epoch())).isEqualTo(new EpochEnd(batch.epoch(), epochEnd));
        assertThat(log.epochAt(Math.max(start, batch.base()))).isEqualTo(batch.epoch());
      }
      if (!model.isEmpty()) {
        assertThat(log.latestEpoch()).isGreaterThanOrEqualTo(model.getLast().epoch());
      }
    }
  }
}
