package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log holds after its process was killed, or its files were damaged. */
final class RecoveryTest {
  private static final LogConfig CONFIG =
      LogConfig.defaults().toBuilder().segmentBytes(350).indexIntervalBytes(100).build();

  @TempDir Path folder;
  private Path original;
  private Path copy;
  private int copies;

  /**
   * Twelve batches of three records in several segments, epochs 1 to 4, as a killed process leaves
   * them.
   */
  @BeforeEach
  void writeALog() throws IOException {
    original = folder.resolve("original");
    PartitionLog log = open(original, false);
    for (int i = 0; i < 12; i++) {
      append(log, 1 + i / 3, 3);
    }
    assertThat(log.segmentCount()).isGreaterThan(3);
    copyOriginal();
    log.delete();
    original = copy;
  }

  private static PartitionLog open(Path path, boolean afterCleanStop) {
    return PartitionLog.open(path, CONFIG, afterCleanStop, Runnable::run);
  }

  private static void append(PartitionLog log, int epoch, int records) {
    log.stage(TestBatches.batch(log.nextOffset(), epoch, records, 1000 + log.nextOffset()));
    log.write();
  }

  private void copyOriginal() throws IOException {
    copy = folder.resolve("copy-" + copies++);
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(copy)) {
      return files.filter(SegmentFiles::isLog).sorted().toList();
    }
  }

  private static String all(PartitionLog log) {
    StringBuilder all = new StringBuilder();
    for (long offset = log.logStartOffset(); offset < log.logEndOffset(); ) {
      LogRead.Slice slice =
          (LogRead.Slice) log.read(offset, Integer.MAX_VALUE, Long.MAX_VALUE, true);
      all.append(TestBatches.text(slice.records()));
      offset = slice.nextOffset();
    }
    return all.toString();
  }

  private static String expected(int batches) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < batches; i++) {
      ByteBuf batch = TestBatches.batch(i * 3L, 1 + i / 3, 3, 1000 + i * 3L);
      all.append(TestBatches.text(batch));
    }
    return all.toString();
  }

  @Test
  void allThatWasWrittenIsThereAfterAKill() {
    PartitionLog log = open(copy, false);
    assertThat(log.logEndOffset()).isEqualTo(36);
    assertThat(all(log)).isEqualTo(expected(12));
    assertThat(log.latestEpoch()).isEqualTo(4);
    assertThat(log.endOffsetOf(2)).isEqualTo(new EpochEnd(2, 18));
    log.close();
  }

  @Test
  void aTailTornAnywhereInTheLastBatchIsCutOffAndTheLogGoesOn() throws IOException {
    Path last = segments().getLast();
    byte[] bytes = Files.readAllBytes(last);
    ByteBuf lastBatch = TestBatches.batch(33, 4, 3, 1033);
    int start = bytes.length - lastBatch.readableBytes();
    for (int size = start; size < bytes.length; size++) {
      copyOriginal();
      Files.write(segments().getLast(), Arrays.copyOf(bytes, size));
      PartitionLog log = open(copy, false);
      assertThat(log.logEndOffset()).isEqualTo(33);
      append(log, 4, 3);
      assertThat(all(log)).isEqualTo(expected(12));
      log.delete();
    }
  }

  @Test
  void theLogEndsBeforeTheFirstFlippedBit() throws IOException {
    Random random = new Random(3);
    int batchSize = TestBatches.batch(0, 1, 3, 1000).readableBytes();
    for (int run = 0; run < 120; run++) {
      copyOriginal();
      // The recovery point vouches for what is on disk; without it everything is read.
      Files.deleteIfExists(copy.resolve("recovery-point"));
      List<Path> segments = segments();
      Path damaged = segments.get(random.nextInt(segments.size()));
      byte[] bytes = Files.readAllBytes(damaged);
      if (bytes.length == 0) {
        continue;
      }
      int at = random.nextInt(bytes.length);
      int inBatch = at % batchSize;
      if (inBatch >= 12 && inBatch < 16) {
        continue; // the leader epoch is the one field that nothing checks
      }
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(damaged, bytes);
      long base = SegmentFiles.ofLog(damaged).baseOffset();
      int whole = (int) (base / 3) + at / batchSize;
      PartitionLog log = open(copy, false);
      assertThat(log.logEndOffset()).isEqualTo(whole * 3L);
      assertThat(all(log)).isEqualTo(expected(whole));
      assertThat(log.latestEpoch()).isEqualTo(whole == 0 ? -1 : 1 + (whole - 1) / 3);
      log.delete();
    }
  }

  @Test
  void aSegmentThatIsMissingEndsTheLogBeforeIt() throws IOException {
    Path missing = segments().get(2);
    Files.delete(missing);
    PartitionLog log = open(copy, false);
    assertThat(log.logEndOffset()).isEqualTo(SegmentFiles.ofLog(missing).baseOffset());
    assertThat(segments()).hasSize(2);
    log.close();
  }

  @Test
  void whatIsBelowTheRecoveryPointIsNotReadAgain() throws IOException {
    // A damage there is found by nobody at the start: that it is not is what shows that nothing was
    // read.
    Path first = segments().getFirst();
    byte[] bytes = Files.readAllBytes(first);
    bytes[bytes.length - 1] ^= 1;
    Files.write(first, bytes);
    PartitionLog log = open(copy, false);
    assertThat(log.logEndOffset()).isEqualTo(36);
    log.close();
  }

  @Test
  void afterACleanStopNoLogIsRead() throws IOException {
    PartitionLog log = open(copy, false);
    log.close();
    for (Path segment : segments()) {
      byte[] bytes = Files.readAllBytes(segment);
      Arrays.fill(bytes, (byte) 0);
      Files.write(segment, bytes);
    }
    log = open(copy, true);
    assertThat(log.logEndOffset()).isEqualTo(36);
    assertThat(log.endOffsetOf(3)).isEqualTo(new EpochEnd(3, 27));
    log.delete();
  }

  @Test
  void aLostEpochFileIsMadeAnewFromTheLog() throws IOException {
    PartitionLog log = open(copy, false);
    log.close();
    Files.delete(copy.resolve("leader-epochs"));
    log = open(copy, true);
    assertThat(log.latestEpoch()).isEqualTo(4);
    assertThat(log.endOffsetOf(1)).isEqualTo(new EpochEnd(1, 9));
    log.close();
  }

  @Test
  void theAdvancedStartIsRemembered() {
    PartitionLog log = open(copy, false);
    log.advanceLogStart(16);
    log.close();
    log = open(copy, true);
    assertThat(log.logStartOffset()).isEqualTo(16);
    assertThat(log.read(15, 100, 100, true)).isEqualTo(LogRead.OUT_OF_RANGE);
    LogRead.Slice slice = (LogRead.Slice) log.read(16, 1, 100, true);
    assertThat(slice.firstOffset()).isEqualTo(15);
    slice.records().release();
    log.close();
  }

  @Test
  void leftoversOfDeletedSegmentsAndHalfWrittenFilesGo() throws IOException {
    Files.createFile(copy.resolve("00000000000000000000.log.deleted"));
    Files.createFile(copy.resolve("leader-epochs.tmp"));
    open(copy, false).close();
    try (Stream<Path> files = Files.list(copy)) {
      assertThat(files.map(Path::toString))
          .noneMatch(name -> name.endsWith(".deleted") || name.endsWith(".tmp"));
    }
  }
}
