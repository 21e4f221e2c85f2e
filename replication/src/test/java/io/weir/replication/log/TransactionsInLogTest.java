package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of transactional producers: what a log says of its transactions, and what a
 * plain list of all that was written says, must agree after every step, also when the log was cut
 * or opened again. A failing seed is in the message of the failure; {@code -Dseed=} repeats it
 * alone.
 */
final class TransactionsInLogTest {
  private static final int SEEDS = Integer.getInteger("seeds", 20);
  private static final int STEPS = 120;
  private static final int PRODUCERS = 4;

  @TempDir Path folder;

  @Test
  void aLogKnowsItsTransactionsWhateverHappensToItsFiles() {
    Long only = Long.getLong("seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
      try {
        new Run(seed, folder.resolve("seed-" + seed)).play();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("-Dseed=" + seed, e);
      }
    }
  }

  @Test
  void aFetchThatBeginsInsideAnAbortedRangeIsToldOfIt() {
    PartitionLog log = PartitionLog.open(folder, config(300), false, Runnable::run);
    for (int i = 0; i < 10; i++) {
      write(log, TestBatches.transactionalBatch(2L * i, 7, 0, 2 * i, 2));
    }
    write(log, TestBatches.marker(20, 7, 0, 1, false));
    assertThat(log.segmentCount()).isGreaterThan(3);
    AbortedRange range = new AbortedRange(7, 0, 20);
    assertThat(log.abortedTransactions(11, 12)).containsExactly(range);
    assertThat(log.abortedTransactions(20, 21)).containsExactly(range);
    write(log, TestBatches.batch(21, 0, 1, 1000));
    assertThat(log.abortedTransactions(21, 22)).isEmpty();
    log.close();
  }

  private static LogConfig config(int segmentBytes) {
    return LogConfig.defaults().toBuilder().segmentBytes(segmentBytes).build();
  }

  private static void write(PartitionLog log, ByteBuf batch) {
    log.stage(batch);
    log.write();
  }

  /**
   * One entry of the model.
   *
   * @param kind what was written
   */
  private record Written(long base, long next, long producerId, int epoch, Kind kind) {
    enum Kind {
      PLAIN,
      TRANSACTIONAL,
      COMMIT,
      ABORT
    }
  }

  /** What the list says of its transactions. */
  private record Truth(Map<Long, Long> open, List<AbortedRange> aborted, List<AbortedRange> ended) {
    static Truth of(List<Written> all) {
      Truth truth = new Truth(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
      for (Written written : all) {
        switch (written.kind()) {
          case PLAIN -> {}
          case TRANSACTIONAL -> truth.open.putIfAbsent(written.producerId(), written.base());
          case COMMIT, ABORT -> {
            Long start = truth.open.remove(written.producerId());
            if (start != null) {
              AbortedRange range = new AbortedRange(written.producerId(), start, written.base());
              truth.ended.add(range);
              if (written.kind() == Written.Kind.ABORT) {
                truth.aborted.add(range);
              }
            }
          }
        }
      }
      return truth;
    }

    long stableBelow(long highWatermark) {
      long stable = highWatermark;
      for (long start : open.values()) {
        stable = Math.min(stable, start);
      }
      for (AbortedRange range : ended) {
        if (range.lastOffset() >= highWatermark) {
          stable = Math.min(stable, range.firstOffset());
        }
      }
      return stable;
    }

    List<AbortedRange> abortedIn(long from, long end) {
      return aborted.stream()
          .filter(range -> range.lastOffset() >= from && range.firstOffset() < end)
          .sorted(Comparator.comparingLong(AbortedRange::firstOffset))
          .toList();
    }
  }

  private static final class Run {
    private final Random random;
    private final Path path;
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final List<Written> model = new ArrayList<>();
    private final int[] epochs = new int[PRODUCERS];
    private final int[] sequences = new int[PRODUCERS];
    private final LogConfig config;
    private PartitionLog log;
    private int generation;
    private long highWatermark;

    Run(long seed, Path path) {
      this.random = new Random(seed);
      this.path = path;
      this.config = config(300 + random.nextInt(3000));
      this.log = open(false);
    }

    private PartitionLog open(boolean clean) {
      return PartitionLog.open(folder(), config, clean, background::add);
    }

    private Path folder() {
      return path.resolve("generation-" + generation);
    }

    void play() throws IOException {
      for (int step = 0; step < STEPS; step++) {
        int die = random.nextInt(100);
        if (die < 65) {
          append();
        } else if (die < 72) {
          truncate();
        } else if (die < 77) {
          restartCleanly();
        } else if (die < 82) {
          restartAfterKill();
        } else if (die < 86) {
          damage();
        } else if (die < 93) {
          runBackground();
        } else {
          highWatermark += random.nextLong(log.logEndOffset() - highWatermark + 1);
        }
        verify(Truth.of(model));
      }
      log.close();
      runBackground();
    }

    private void runBackground() {
      while (!background.isEmpty()) {
        background.remove().run();
      }
    }

    /** A round: several batches that are written together. */
    private void append() {
      int batches = 1 + random.nextInt(4);
      long next = log.logEndOffset();
      for (int i = 0; i < batches; i++) {
        Written written = choose(next);
        log.stage(batch(written));
        model.add(written);
        next = written.next();
      }
      log.write();
    }

    private Written choose(long base) {
      int producer = random.nextInt(PRODUCERS);
      boolean open = Truth.of(model).open().containsKey((long) producer);
      int die = random.nextInt(10);
      if (die < 4) {
        // Transaction version 2 ends with a newer epoch, as time-outs always do.
        if (random.nextBoolean()) {
          epochs[producer]++;
          sequences[producer] = 0;
        }
        Written.Kind kind = random.nextBoolean() ? Written.Kind.COMMIT : Written.Kind.ABORT;
        return new Written(base, base + 1, producer, epochs[producer], kind);
      }
      Written.Kind kind = open || die < 8 ? Written.Kind.TRANSACTIONAL : Written.Kind.PLAIN;
      return new Written(base, base + 1 + random.nextInt(3), producer, epochs[producer], kind);
    }

    private ByteBuf batch(Written written) {
      int producer = (int) written.producerId();
      int records = (int) (written.next() - written.base());
      return switch (written.kind()) {
        case PLAIN, TRANSACTIONAL -> {
          int sequence = sequences[producer];
          sequences[producer] += records;
          yield written.kind() == Written.Kind.PLAIN
              ? TestBatches.producerBatch(
                  written.base(), producer, written.epoch(), sequence, records)
              : TestBatches.transactionalBatch(
                  written.base(), producer, written.epoch(), sequence, records);
        }
        case COMMIT, ABORT ->
            TestBatches.marker(
                written.base(),
                producer,
                written.epoch(),
                1,
                written.kind() == Written.Kind.COMMIT);
      };
    }

    private void truncate() {
      if (log.logEndOffset() == 0) {
        return;
      }
      log.truncateTo(random.nextLong(log.logEndOffset() + 1));
      cutModel();
    }

    private void cutModel() {
      long end = log.logEndOffset();
      model.removeIf(written -> written.next() > end);
      assertThat(model.isEmpty() ? 0 : model.getLast().next()).isEqualTo(end);
      highWatermark = Math.min(highWatermark, end);
    }

    private void restartCleanly() throws IOException {
      runBackground();
      log.close();
      loseSomeFiles();
      log = open(true);
    }

    /** The files are there as they were at that moment; what waited in the background is lost. */
    private void restartAfterKill() throws IOException {
      Path killed = folder();
      generation++;
      Files.createDirectories(folder());
      try (Stream<Path> files = Files.list(killed)) {
        for (Path file : files.toList()) {
          Files.copy(file, folder().resolve(file.getFileName()));
        }
      }
      background.clear();
      log.delete();
      background.clear();
      loseSomeFiles();
      log = open(false);
    }

    private void loseSomeFiles() throws IOException {
      for (Path file : files(".txnindex", ".snapshot")) {
        if (random.nextInt(4) == 0) {
          Files.delete(file);
        }
      }
    }

    /** While the log is open, a sealed segment's file rots. */
    private void damage() throws IOException {
      for (Path file : files(".txnindex")) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= 8;
        Files.write(file, bytes);
      }
    }

    private List<Path> files(String... suffixes) throws IOException {
      try (Stream<Path> files = Files.list(folder())) {
        return files
            .filter(file -> Stream.of(suffixes).anyMatch(file.toString()::endsWith))
            .sorted()
            .toList();
      }
    }

    private void verify(Truth truth) {
      assertThat(log.producerStates().stableBelow(highWatermark))
          .isEqualTo(truth.stableBelow(highWatermark));
      long end = log.logEndOffset();
      long from = random.nextLong(end + 1);
      long to = from + random.nextLong(end - from + 1);
      assertThat(log.abortedTransactions(from, to)).isEqualTo(truth.abortedIn(from, to));
      assertThat(log.abortedTransactions(0, end)).isEqualTo(truth.abortedIn(0, end));
      Map<Long, Long> open = new HashMap<>();
      for (ActiveProducer producer : log.producerStates().active()) {
        if (producer.transactionStartOffset() >= 0) {
          open.put(producer.producerId(), producer.transactionStartOffset());
        }
      }
      assertThat(open).isEqualTo(truth.open());
    }
  }
}
