package io.weir.replication.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.BatchRecord;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.compaction.core.CleanupPolicy;
import io.weir.replication.log.AbortedRange;
import io.weir.replication.log.CleanedSegment;
import io.weir.replication.log.CompactionTask;
import io.weir.replication.log.EndMarker;
import io.weir.replication.log.LogConfig;
import io.weir.replication.log.LogRead;
import io.weir.replication.log.PartitionLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that is compacted and a list of records go through the same random operations: appends,
 * transactions, compaction, truncation, retention, restarts, and crashes that leave the files as
 * they are between any two steps of a pass. After each, what a reader of the log makes of it must
 * be what a reader of the whole list makes of it. {@code -Dseed=} repeats one seed, {@code
 * -Dseeds=} says how many there are.
 */
final class CompactedLogModelTest {
  private static final int SEEDS = Integer.getInteger("seeds", 60);
  private static final int STEPS = 120;
  private static final int KEYS = 12;
  private static final long DELETE_RETENTION_MS = 5_000;

  @TempDir Path folder;

  @Test
  void aReaderOfACompactedLogKnowsTheLastValueOfEachKey() {
    Long only = Long.getLong("seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
      try {
        new Run(seed, folder.resolve("seed-" + seed)).play();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("-Dseed=" + seed, e);
      }
    }
  }

  private enum Outcome {
    OPEN,
    COMMITTED,
    ABORTED
  }

  private static final class Transaction {
    private final long producerId;
    private Outcome outcome = Outcome.OPEN;

    Transaction(long producerId) {
      this.producerId = producerId;
    }
  }

  /** A record as it was appended; a marker has no key. */
  private record Entry(
      long offset, @Nullable String key, @Nullable String value, @Nullable Transaction in) {
    boolean counts() {
      return key != null && (in == null || in.outcome == Outcome.COMMITTED);
    }
  }

  /** A batch as it was appended. */
  private record Sent(long base, long next, int epoch) {}

  private static final class Producer {
    private int sequence;
    private @Nullable Transaction transaction;
  }

  private static final class Run implements CompactableLog {
    private final Random random;
    private final LogConfig config;
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final List<Entry> model = new ArrayList<>();
    private final List<Sent> batches = new ArrayList<>();
    private final TreeMap<Long, Producer> producers = new TreeMap<>();
    private Path path;
    private PartitionLog log;
    private long end;
    private long start;
    private int epoch;
    private int copies;
    private int values;
    private long nowMs = 1_000_000;

    /** A crash is to come when this many steps of a pass are done; the folder as it was left. */
    private int crashAfter = -1;

    private int passSteps;
    private @Nullable Path crashed;
    private @Nullable Runnable interference;

    Run(long seed, Path path) {
      this.random = new Random(seed);
      this.path = path;
      this.config =
          LogConfig.defaults().toBuilder()
              .fileDeleteDelayMs(0)
              .segmentBytes(300 + random.nextInt(3000))
              .indexIntervalBytes(random.nextInt(600))
              .cleanupPolicy(
                  random.nextBoolean() ? CleanupPolicy.COMPACT : CleanupPolicy.COMPACT_AND_DELETE)
              .retentionMs(60_000)
              .deleteRetentionMs(random.nextInt(3) == 0 ? 0 : DELETE_RETENTION_MS)
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
        if (die < 40) {
          append();
        } else if (die < 52) {
          endTransaction();
        } else if (die < 75) {
          compact();
        } else if (die < 79) {
          compactUntilACrash();
        } else if (die < 83) {
          compactWhileSomethingHappens();
        } else if (die < 87) {
          truncate();
        } else if (die < 90) {
          retain();
        } else if (die < 93) {
          restartCleanly();
        } else if (die < 96) {
          crash(copyFolder());
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

    // What goes into the log

    private void append() {
      if (random.nextInt(10) == 0) {
        epoch++;
        log.startEpoch(epoch);
      }
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        appendBatch();
      }
      log.write();
    }

    private void appendBatch() {
      int kind = random.nextInt(3);
      long producerId = kind == 0 ? -1 : kind * 10L + random.nextInt(3);
      Producer producer =
          kind == 0 ? null : producers.computeIfAbsent(producerId, _ -> new Producer());
      Transaction transaction = null;
      if (kind == 2 && producer != null) {
        transaction =
            producer.transaction == null ? new Transaction(producerId) : producer.transaction;
        producer.transaction = transaction;
      }
      int records = 1 + random.nextInt(4);
      try (RecordBatchBuilder builder = builder()) {
        builder.baseOffset(end).leaderEpoch(epoch);
        if (producer != null) {
          builder.producer(producerId, (short) 0, producer.sequence);
          producer.sequence += records;
        }
        if (transaction != null) {
          builder.transactional();
        }
        if (random.nextBoolean()) {
          CompressionType[] codecs = CompressionType.values();
          builder.compression(Compression.of(codecs[random.nextInt(codecs.length)]));
        }
        for (int i = 0; i < records; i++) {
          String key = "k" + random.nextInt(KEYS);
          String value = random.nextInt(4) == 0 ? null : "v" + values++;
          builder.append(nowMs, bytes(key), value == null ? null : bytes(value));
          model.add(new Entry(end + i, key, value, transaction));
        }
        put(builder.build(), records);
      }
    }

    private static RecordBatchBuilder builder() {
      return new RecordBatchBuilder(new UnpooledByteBufAllocator(false));
    }

    private static ByteBuffer bytes(String text) {
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private void put(ByteBuf batch, int records) {
      batches.add(new Sent(end, end + records, epoch));
      log.stage(batch);
      end += records;
    }

    private void endTransaction() {
      for (Map.Entry<Long, Producer> known : producers.entrySet()) {
        Transaction open = known.getValue().transaction;
        if (open != null && random.nextBoolean()) {
          boolean commit = random.nextBoolean();
          ByteBuf marker = new EndMarker(0, commit).batch(known.getKey(), (short) 0, nowMs);
          BatchHeader.assignOffsets(marker, marker.readerIndex(), end, epoch);
          model.add(new Entry(end, null, null, open));
          put(marker, 1);
          open.outcome = commit ? Outcome.COMMITTED : Outcome.ABORTED;
          known.getValue().transaction = null;
        }
      }
      log.write();
    }

    // Compaction

    private void compact() throws IOException {
      runBackground();
      pass();
      if (random.nextInt(20) == 0) {
        log.producerStates().expire(nowMs, 0);
        log.producerStates().expire(nowMs, 0);
      }
    }

    private void pass() throws IOException {
      CompactionTask task = begin();
      if (task == null) {
        return;
      }
      CleanerSettings settings =
          CleanerSettings.defaults()
              .withDedupeBufferSize(random.nextInt(4) == 0 ? 24 * 8 : 1 << 20);
      Throttle none = new Throttle(1e18, () -> 0, () -> false);
      long to = -1;
      try (task) {
        CompactionPass.Inputs inputs = new CompactionPass.Inputs(nowMs, new UUID(4, 2));
        to = new CompactionPass(this, task, settings, none, inputs).run().compactedTo();
      } finally {
        step();
        end(task, to);
        step();
      }
    }

    /** All is on disk and committed at once here, but for transactions. */
    @Override
    public @Nullable CompactionTask begin() {
      return log.compaction().begin(log.logEndOffset(), nowMs);
    }

    @Override
    public String name() {
      return "model";
    }

    @Override
    public boolean commit(CleanedSegment cleaned) {
      step();
      boolean committed = log.compaction().commit(cleaned);
      step();
      return committed;
    }

    @Override
    public void swap(CleanedSegment cleaned) {
      step();
      log.compaction().swap(cleaned);
      step();
    }

    @Override
    public void end(CompactionTask task, long compactedTo) {
      log.compaction().end(task, compactedTo);
    }

    /** Between any two steps the process may die, or something else may happen to the log. */
    private void step() {
      if (passSteps++ != crashAfter) {
        return;
      }
      Runnable other = interference;
      if (other != null) {
        other.run();
      } else {
        crashed = copyFolder();
      }
    }

    private void compactUntilACrash() throws IOException {
      runBackground();
      crashed = null;
      passSteps = 0;
      crashAfter = random.nextInt(8);
      pass();
      crashAfter = -1;
      Path left = crashed;
      if (left != null) {
        crash(tearSwap(left));
      }
    }

    /** A crash may also come between the renames of a swap. */
    private Path tearSwap(Path left) throws IOException {
      try (Stream<Path> files = Files.list(left)) {
        List<Path> all = files.sorted().toList();
        Path swap = all.stream().filter(f -> f.toString().endsWith(".swap")).findAny().orElse(null);
        if (swap == null) {
          return left;
        }
        String name = swap.getFileName().toString();
        String from = name.substring(0, 20);
        String to = name.substring(21, 41);
        for (Path file : all) {
          String base = file.getFileName().toString();
          boolean old =
              base.endsWith(".log")
                  && base.compareTo(from) > 0
                  && base.substring(0, 20).compareTo(to) < 0;
          if (old && random.nextBoolean()) {
            Files.move(file, file.resolveSibling(base + ".deleted"));
          }
        }
      }
      return left;
    }

    private void compactWhileSomethingHappens() throws IOException {
      runBackground();
      passSteps = 0;
      crashAfter = random.nextInt(8);
      interference =
          switch (random.nextInt(3)) {
            case 0 -> this::truncate;
            case 1 -> this::advanceStart;
            default -> this::append;
          };
      pass();
      interference = null;
      crashAfter = -1;
    }

    // What else happens to the log

    private void truncate() {
      long to = start + (long) (random.nextDouble() * (end - start + 1));
      if (random.nextInt(4) != 0) {
        to = Math.max(to, Math.min(end, log.compaction().restsOn()));
      }
      log.truncateTo(to);
      long left = log.logEndOffset();
      assertThat(left).isLessThanOrEqualTo(to);
      model.removeIf(entry -> entry.offset() >= left);
      batches.removeIf(batch -> batch.next() > left);
      end = left;
      // An offset inside the batch that holds the start: the log cannot end before it starts.
      start = Math.min(start, end);
      if (left == start) {
        model.clear();
        batches.clear();
      }
      forgetWhatWasCut();
      epoch = Math.max(epoch, log.latestEpoch());
    }

    /** A transaction whose marker was cut is open again; one that was cut altogether never was. */
    private void forgetWhatWasCut() {
      Set<Transaction> ended = new HashSet<>();
      Map<Long, Transaction> last = new HashMap<>();
      for (Entry entry : model) {
        Transaction in = entry.in();
        if (in != null) {
          if (entry.key() == null) {
            ended.add(in);
          }
          last.put(in.producerId, in);
        }
      }
      producers.clear();
      log.producerStates()
          .active()
          .forEach(active -> {
            Producer producer = new Producer();
            producer.sequence = active.lastSequence() + 1;
            Transaction transaction = last.get(active.producerId());
            if (transaction != null && !ended.contains(transaction)) {
              transaction.outcome = Outcome.OPEN;
              producer.transaction = transaction;
            }
            producers.put(active.producerId(), producer);
          });
    }

    private void retain() {
      log.deleteOldSegments(log.logEndOffset(), nowMs);
      start = log.logStartOffset();
    }

    private void advanceStart() {
      long to = start + (long) (random.nextDouble() * (end - start + 1));
      long stable = log.producerStates().stableBelow(end);
      log.advanceLogStart(Math.max(start, Math.min(to, stable)));
      start = log.logStartOffset();
    }

    private void restartCleanly() {
      log.close();
      runBackground();
      log = open(true);
    }

    private Path copyFolder() {
      Path copy = path.resolveSibling(path.getFileName() + "-" + copies++);
      try (Stream<Path> files = Files.list(path)) {
        Files.createDirectories(copy);
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return copy;
    }

    private void crash(Path left) throws IOException {
      log.delete();
      runBackground();
      path = left;
      if (random.nextInt(3) == 0) {
        loseWhatCanBeRebuilt();
      }
      log = open(false);
    }

    private void loseWhatCanBeRebuilt() throws IOException {
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          boolean rebuilt =
              name.endsWith("index") || name.endsWith(".snapshot") || name.equals("leader-epochs");
          if (rebuilt && random.nextInt(3) == 0) {
            Files.delete(file);
          }
        }
      }
    }

    // What must hold

    private void verify() {
      assertThat(log.logStartOffset()).isEqualTo(start);
      assertThat(log.logEndOffset()).isEqualTo(end);
      Map<Long, BatchRecord> found = new TreeMap<>();
      Map<String, String> known = read(found);
      Map<Long, Entry> byOffset = new HashMap<>();
      model.forEach(entry -> byOffset.put(entry.offset(), entry));
      found.forEach((offset, record) -> {
        Entry entry = byOffset.get(offset);
        if (entry == null) {
          throw new AssertionError("a record at offset " + offset + " that nobody appended");
        }
        assertThat(text(record.key())).isEqualTo(entry.key());
        assertThat(text(record.value())).isEqualTo(entry.value());
      });
      assertThat(known).isEqualTo(expected());
      verifyThatOneOfEachKeyIsLeft(found);
      verifyOpenTransactions();
      verifyEpochs();
    }

    private void verifyThatOneOfEachKeyIsLeft(Map<Long, BatchRecord> found) {
      Set<String> seen = new HashSet<>();
      found.forEach((offset, record) -> {
        if (offset < log.compaction().compactedTo()) {
          assertThat(seen.add(String.valueOf(text(record.key())))).isTrue();
        }
      });
    }

    /** Reads from the start as a read_committed consumer does; gives the last value of each key. */
    private Map<String, String> read(Map<Long, BatchRecord> found) {
      Map<String, String> known = new TreeMap<>();
      Set<Long> abortedProducers = new HashSet<>();
      Deque<AbortedRange> aborted =
          new ArrayDeque<>(
              start < end
                  ? log.abortedTransactions(start, log.producerStates().stableBelow(end))
                  : List.of());
      long stable = log.producerStates().stableBelow(end);
      long offset = start;
      long expected = -1;
      while (offset < end) {
        LogRead.Slice slice = (LogRead.Slice) log.read(offset, 1 + random.nextInt(900), end, true);
        assertThat(slice.firstOffset()).isLessThanOrEqualTo(offset);
        assertThat(slice.nextOffset()).isGreaterThan(offset);
        ByteBuf bytes = Unpooled.buffer();
        slice.records().readInto(bytes);
        slice.records().release();
        int index = 0;
        while (index < bytes.writerIndex()) {
          long base = BatchHeader.baseOffset(bytes, index);
          assertThat(BatchHeader.isCrcValid(bytes, index)).isTrue();
          assertThat(expected < 0 || base == expected).as("no gap before %d", base).isTrue();
          expected = BatchHeader.nextOffset(bytes, index);
          if (expected <= stable) {
            take(bytes, index, aborted, abortedProducers, known, found);
          }
          index += BatchHeader.sizeInBytes(bytes, index);
        }
        assertThat(expected).isEqualTo(slice.nextOffset());
        offset = slice.nextOffset();
      }
      known.values().removeIf(TOMBSTONE::equals);
      return known;
    }

    private static final String TOMBSTONE = "(deleted)";

    private void take(
        ByteBuf bytes,
        int index,
        Deque<AbortedRange> aborted,
        Set<Long> abortedProducers,
        Map<String, String> known,
        Map<Long, BatchRecord> found) {
      while (!aborted.isEmpty()
          && aborted.element().firstOffset() <= BatchHeader.lastOffset(bytes, index)) {
        abortedProducers.add(aborted.remove().producerId());
      }
      long producerId = BatchHeader.producerId(bytes, index);
      if (BatchHeader.isControl(bytes, index)) {
        List<BatchRecord> marker = BatchReader.records(bytes, index);
        ByteBuffer key = marker.getFirst().key();
        if (key != null && key.getShort(key.position() + 2) == 0) {
          abortedProducers.remove(producerId);
        }
        return;
      }
      boolean isVoid =
          BatchHeader.isTransactional(bytes, index) && abortedProducers.contains(producerId);
      for (BatchRecord record : BatchReader.records(bytes, index)) {
        found.put(record.offset(), record);
        if (!isVoid && record.offset() >= start) {
          String value = text(record.value());
          known.put(String.valueOf(text(record.key())), value == null ? TOMBSTONE : value);
        }
      }
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
      return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /** Of what is stable: the last value of each key from the log's start on. */
    private Map<String, String> expected() {
      long stable = log.producerStates().stableBelow(end);
      Map<String, String> last = new TreeMap<>();
      for (Entry entry : model) {
        String key = entry.key();
        if (entry.offset() >= start && entry.offset() < stable && entry.counts() && key != null) {
          String value = entry.value();
          last.put(key, value == null ? TOMBSTONE : value);
        }
      }
      last.values().removeIf(TOMBSTONE::equals);
      return last;
    }

    private void verifyOpenTransactions() {
      long first = Long.MAX_VALUE;
      for (Entry entry : model) {
        if (entry.in() != null && entry.in().outcome == Outcome.OPEN) {
          first = Math.min(first, entry.offset());
        }
      }
      assertThat(log.producerStates().stableBelow(end)).isEqualTo(Math.min(end, first));
    }

    private void verifyEpochs() {
      for (Sent batch : batches) {
        if (batch.base() >= start) {
          assertThat(log.epochAt(batch.base())).isEqualTo(batch.epoch());
        }
      }
    }
  }
}
