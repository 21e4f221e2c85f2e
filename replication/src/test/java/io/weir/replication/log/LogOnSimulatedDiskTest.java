package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A log on a disk that loses what was not forced, tears what was, fills up and fails, and is opened
 * again and again. Each time a prefix of what was written must be there, with all that was said to
 * be on disk, and all that the log says of it must be what a walk over its batches says. {@code
 * -Dcycles=} says how often it is opened, {@code -Dseed=} repeats one disk's life.
 */
final class LogOnSimulatedDiskTest {
  private static final int CYCLES = Integer.getInteger("cycles", 4_000);
  private static final int CYCLES_OF_A_DISK = 20;

  @Test
  void whatAnOpenedLogHoldsIsAPrefixOfWhatWasWrittenAndAllThatWasForced() {
    Long only = Long.getLong("seed");
    long first = only == null ? Long.getLong("firstSeed", 1) : only;
    long count = only == null ? CYCLES / CYCLES_OF_A_DISK : 1;
    for (long seed = first; seed < first + count; seed++) {
      Life life = new Life(seed);
      try {
        life.play();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("-Dseed=" + seed + ", cycle " + life.cycle, e);
      }
    }
  }

  /** What was once written at the end of a log that ended with another batch. */
  private record Batch(
      long base,
      long next,
      int epoch,
      long maxTimestampMs,
      String bytes,
      long previousId,
      long id) {
    ByteBuf buffer() {
      return Unpooled.wrappedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private enum End {
    CLEAN,
    KILL,
    POWER_CUT
  }

  private static final class Life {
    private static final long NOTHING = -1;
    private static final long UNKNOWN = -2;
    private static final PartitionFolder FOLDER = folder();

    private final Random random;
    private final SimulatedDisk disk;
    private final Path path;
    private final LogConfig config;
    private final Deque<Runnable> background = new ArrayDeque<>();

    /** All that was ever written, by its bytes. */
    private final Map<String, Batch> written = new HashMap<>();

    private List<Batch> model = new ArrayList<>();
    private long start;
    private long end;

    /** Batches that end by there are to be found after the power was cut. */
    private long onDisk;

    /** The log may have started there on disk since the power was last cut. */
    private long latestStart;

    /** The batch before the log's end, which may be below its start. */
    private long tailId = NOTHING;

    private int epoch;
    private long ids;
    private int sequence;
    private long nowMs = 1_000_000;
    private int cycle;
    private End last = End.POWER_CUT;
    private LogDirectory directory;
    private PartitionLog log;

    private static PartitionFolder folder() {
      PartitionFolder folder = PartitionFolder.parse("t-0.AAAAAAAAAAAAAAAAAAAAAQ");
      if (folder == null) {
        throw new AssertionError("not a partition's folder");
      }
      return folder;
    }

    Life(long seed) {
      random = new Random(seed);
      disk = new SimulatedDisk(random);
      path = disk.path("/data");
      config =
          LogConfig.defaults().toBuilder()
              .segmentBytes(300 + random.nextInt(4000))
              .indexIntervalBytes(random.nextInt(600))
              .segmentMs(1 + random.nextInt(5000))
              .build();
      try {
        Files.createDirectory(path);
        try (FileChannel root = FileChannel.open(disk.path("/"))) {
          root.force(true);
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      open();
    }

    private void open() {
      background.clear();
      directory = LogDirectory.open(path, 1, random, background::add);
      log = directory.openLog(FOLDER, config);
    }

    void play() throws IOException {
      for (cycle = 0; cycle < CYCLES_OF_A_DISK; cycle++) {
        use();
        stop();
        open();
        verify();
      }
    }

    private void use() {
      int steps = random.nextInt(25);
      if (random.nextInt(2) == 0) {
        disk.stopAfter(1 + random.nextInt(150));
      }
      if (random.nextInt(20) == 0) {
        disk.failForceAfter(random.nextInt(6));
      }
      if (random.nextInt(20) == 0) {
        disk.freeBytes(random.nextInt(3000));
      }
      try {
        for (int step = 0; step < steps; step++) {
          step();
          if (!disk.isStopped()) {
            onDisk = Math.max(onDisk, Math.min(end, log.recoveryPoint()));
          }
        }
      } catch (LogFailure e) {
        // The disk was full or failed, or the process is dead: no more of this log.
      }
    }

    private void step() {
      nowMs += random.nextInt(1000);
      int die = random.nextInt(100);
      if (die < 60) {
        append();
      } else if (die < 68) {
        truncate();
      } else if (die < 73) {
        retain();
      } else if (die < 77) {
        advanceStart();
      } else if (die < 78) {
        startAgain();
      } else if (die < 86) {
        log.flush();
        onDisk = end;
      } else {
        for (int i = random.nextInt(3); i >= 0 && !background.isEmpty(); i--) {
          background.remove().run();
        }
      }
    }

    private void append() {
      List<Batch> added = new ArrayList<>();
      long next = end;
      long previous = tailId;
      if (random.nextInt(6) == 0) {
        epoch++;
        log.startEpoch(epoch);
      }
      for (int i = random.nextInt(4); i >= 0; i--) {
        ByteBuf buffer = batch(next);
        Batch batch =
            new Batch(
                next,
                BatchHeader.nextOffset(buffer, 0),
                epoch,
                BatchHeader.maxTimestamp(buffer, 0),
                TestBatches.text(buffer),
                previous,
                ids++);
        written.put(batch.bytes(), batch);
        added.add(batch);
        previous = batch.id();
        next = batch.next();
        log.stage(buffer);
      }
      try {
        log.write();
      } catch (DiskFullException e) {
        assertThat(log.logEndOffset()).isEqualTo(end);
        disk.freeBytes(Long.MAX_VALUE);
        return;
      }
      model.addAll(added);
      end = next;
      tailId = previous;
    }

    private ByteBuf batch(long base) {
      int producer = random.nextInt(3);
      int records = 1 + random.nextInt(4);
      sequence += 10;
      ByteBuf batch =
          switch (random.nextInt(8)) {
            case 0 -> TestBatches.producerBatch(base, producer, 0, sequence, records);
            case 1 -> TestBatches.transactionalBatch(base, 3 + producer, 0, sequence, records);
            case 2 -> TestBatches.marker(base, 3 + producer, 0, 1, random.nextBoolean());
            default ->
                TestBatches.batch(
                    base, epoch, records, nowMs - random.nextInt(300), random.nextInt(400));
          };
      BatchHeader.assignOffsets(batch, 0, base, epoch);
      return batch;
    }

    private void truncate() {
      long to = start + (long) (random.nextDouble() * (end - start + 1));
      while (!model.isEmpty() && model.getLast().next() > to) {
        Batch cut = model.removeLast();
        end = cut.base();
        tailId = cut.previousId();
      }
      onDisk = Math.min(onDisk, end);
      log.truncateTo(to);
      start = Math.min(start, end);
      epoch++;
      log.startEpoch(epoch);
    }

    private void retain() {
      latestStart = Math.max(latestStart, end);
      log.configure(
          config.toBuilder().retentionMs(-1).retentionBytes(random.nextInt(8000)).build());
      log.deleteOldSegments(start + (long) (random.nextDouble() * (end - start + 1)), nowMs);
      log.configure(config);
      startMovedTo(log.logStartOffset());
    }

    private void advanceStart() {
      long to = start + (long) (random.nextDouble() * (end - start + 1));
      latestStart = Math.max(latestStart, to);
      log.advanceLogStart(to);
      startMovedTo(to);
    }

    private void startMovedTo(long offset) {
      start = offset;
      latestStart = Math.max(latestStart, offset);
      model.removeIf(batch -> batch.next() <= offset);
    }

    private void startAgain() {
      long at = random.nextBoolean() ? end + random.nextInt(50) : random.nextInt(50);
      latestStart = Math.max(latestStart, at);
      model.clear();
      tailId = NOTHING;
      onDisk = -1;
      end = -1;
      log.truncateFullyAndStartAt(at);
      start = at;
      end = at;
      epoch++;
      log.startEpoch(epoch);
    }

    private void stop() {
      last = List.of(End.values()).get(random.nextInt(3));
      if (last == End.CLEAN && stopCleanly()) {
        onDisk = end;
        if (random.nextBoolean()) {
          disk.powerCut();
          last = End.POWER_CUT;
        } else {
          disk.kill();
        }
        return;
      }
      // After a force that failed only the disk itself says what it has.
      last = last == End.POWER_CUT || disk.forceFailed() ? End.POWER_CUT : End.KILL;
      if (last == End.POWER_CUT) {
        disk.powerCut();
      } else {
        disk.kill();
      }
    }

    private boolean stopCleanly() {
      try {
        log.close();
        while (!background.isEmpty()) {
          background.remove().run();
        }
        directory.closeCleanly();
        return true;
      } catch (LogFailure e) {
        return false;
      }
    }

    // What is found

    private void verify() {
      List<Batch> found = readAll();
      long expectedEnd = last == End.POWER_CUT ? onDisk : end;
      assertThat(log.logStartOffset()).as("start").isBetween(0L, Math.max(start, latestStart));
      for (Batch batch : model) {
        if (batch.next() <= expectedEnd && batch.next() > log.logStartOffset()) {
          assertThat(found.stream().map(Batch::base).toList())
              .as(
                  "kept after %s start %d end %d kept to %d"
                      .formatted(last, log.logStartOffset(), log.logEndOffset(), expectedEnd))
              .contains(batch.base());
        }
      }
      assertThat(log.recoveryPoint()).isBetween(log.logStartOffset(), log.logEndOffset());
      model = found;
      tailId = found.isEmpty() ? UNKNOWN : found.getLast().id();
      start = log.logStartOffset();
      latestStart = last == End.POWER_CUT ? start : Math.max(start, latestStart);
      end = log.logEndOffset();
      onDisk = Math.min(onDisk, end);
      if (onDisk < 0) {
        onDisk = log.recoveryPoint();
      }
      verifyReads();
      verifyTimes();
      verifyEpochs();
      verifyProducers();
      epoch++;
      log.startEpoch(epoch);
    }

    private List<Batch> readAll() {
      List<Batch> found = new ArrayList<>();
      long offset = log.logStartOffset();
      while (offset < log.logEndOffset()) {
        LogRead.Slice slice =
            (LogRead.Slice) log.read(offset, 1 + random.nextInt(2000), log.logEndOffset(), true);
        byte[] bytes = TestBatches.bytes(slice.records());
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        for (int index = 0; index < bytes.length; ) {
          int size = BatchHeader.sizeInBytes(buffer, index);
          String text = new String(bytes, index, size, StandardCharsets.ISO_8859_1);
          Batch batch = written.get(text);
          if (batch == null) {
            throw new AssertionError("at offset %d: what was never written".formatted(offset));
          }
          if (!found.isEmpty() && batch.previousId() != UNKNOWN) {
            assertThat(batch.previousId()).as("%s", batch.base()).isEqualTo(found.getLast().id());
          }
          found.add(batch);
          index += size;
        }
        offset = slice.nextOffset();
      }
      return found;
    }

    private void verifyReads() {
      for (int i = 0; i < 5 && start < end; i++) {
        long offset = start + (long) (random.nextDouble() * (end - start));
        LogRead.Slice slice = (LogRead.Slice) log.read(offset, 1, end, true);
        String got = TestBatches.text(slice.records());
        Batch expected = model.stream().filter(b -> b.next() > offset).findFirst().orElseThrow();
        assertThat(got).isEqualTo(expected.bytes());
      }
    }

    private void verifyTimes() {
      long wanted = random.nextInt(8) == 0 ? 0 : nowMs - random.nextInt(30_000);
      long expected = -1;
      for (Batch batch : model) {
        for (long offset = Math.max(batch.base(), start); offset < batch.next(); offset++) {
          long timestampMs = batch.maxTimestampMs() - (batch.next() - 1 - offset);
          if (expected < 0 && timestampMs >= wanted) {
            expected = offset;
          }
        }
      }
      assertThat(log.offsetForTimestamp(wanted, end).offset()).as("time").isEqualTo(expected);
    }

    private void verifyEpochs() {
      TreeMap<Integer, Long> starts = new TreeMap<>();
      model.forEach(batch -> starts.putIfAbsent(batch.epoch(), batch.base()));
      starts.forEach((known, _) -> {
        Integer next = starts.higherKey(known);
        long epochEnd = next == null ? end : starts.getOrDefault(next, end);
        assertThat(log.endOffsetOf(known)).isEqualTo(new EpochEnd(known, epochEnd));
      });
      for (Batch batch : model) {
        assertThat(log.epochAt(Math.max(start, batch.base())))
            .as("epoch at %d of %d-%d, %s", batch.base(), start, end, last)
            .isEqualTo(batch.epoch());
      }
    }

    private void verifyProducers() {
      ProducerStates states = new ProducerStates();
      List<AbortedRange> aborted = new ArrayList<>();
      for (Batch batch : model) {
        AbortedRange range = states.append(batch.buffer(), 0);
        if (range != null) {
          aborted.add(range);
        }
      }
      Map<Long, ActiveProducer> known = new HashMap<>();
      log.producerStates().active().forEach(p -> known.put(p.producerId(), p));
      if (start == 0) {
        Map<Long, ActiveProducer> expected = new HashMap<>();
        states.active().forEach(p -> expected.put(p.producerId(), p));
        assertThat(known).isEqualTo(expected);
        assertThat(log.producerStates().stableBelow(end)).isEqualTo(states.stableBelow(end));
        assertThat(log.abortedTransactions(0, end)).containsExactlyInAnyOrderElementsOf(aborted);
      } else {
        for (ActiveProducer producer : states.active()) {
          ActiveProducer found = known.get(producer.producerId());
          assertThat(found).as("producer %d", producer.producerId()).isNotNull();
          if (found != null && producer.lastSequence() >= 0) {
            assertThat(found.lastSequence()).isEqualTo(producer.lastSequence());
          }
        }
        // What began before the log's start is known to the log alone.
        assertThat(log.abortedTransactions(start, end))
            .extracting(AbortedRange::lastOffset)
            .containsAll(aborted.stream().map(AbortedRange::lastOffset).toList());
      }
    }
  }
}
