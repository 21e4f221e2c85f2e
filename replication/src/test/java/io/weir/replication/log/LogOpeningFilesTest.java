package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a log are open: those of the active segment, and those that are read. */
final class LogOpeningFilesTest {
  private static final LogConfig CONFIG =
      LogConfig.defaults().toBuilder().segmentBytes(600).build();

  @TempDir Path root;

  private void writeSomeSegments(boolean cleanly) {
    PartitionLog log = PartitionLog.open(root, CONFIG, false, task -> {});
    for (int i = 0; i < 20; i++) {
      log.stage(TestBatches.batch(log.nextOffset(), 1, 3, 1000 + log.nextOffset()));
    }
    log.write();
    if (cleanly) {
      log.close();
    }
  }

  private LogOpener.Opened open(boolean afterCleanStop) throws IOException {
    return LogOpener.open(root, CONFIG, afterCleanStop);
  }

  @Test
  void afterACleanStopNoSealedSegmentIsOpenUntilItIsRead() throws IOException {
    writeSomeSegments(true);
    LogOpener.Opened opened = open(true);
    assertThat(opened.segments()).hasSizeGreaterThan(2);
    assertOnlyTheLastIsOpen(opened);
    LogSegment first = opened.segments().getFirst();
    assertThat(first.scan(0).next()).isTrue();
    assertThat(first.isFileOpen()).isTrue();
    opened.segments().forEach(LogSegment::close);
    assertThat(opened.segments()).noneMatch(LogSegment::isFileOpen);
  }

  @Test
  void afterACrashTheSegmentsThatWereCheckedAreClosedAgain() throws IOException {
    writeSomeSegments(false);
    LogOpener.Opened opened = open(false);
    assertThat(opened.producers()).isNotNull();
    assertThat(opened.segments().getLast().nextOffset()).isEqualTo(60);
    assertOnlyTheLastIsOpen(opened);
    assertThat(opened.segments().subList(0, opened.segments().size() - 1))
        .allMatch(LogSegment::isIndexWritten);
    opened.segments().forEach(LogSegment::close);
  }

  private static void assertOnlyTheLastIsOpen(LogOpener.Opened opened) {
    int last = opened.segments().size() - 1;
    assertThat(opened.segments().subList(0, last)).noneMatch(LogSegment::isFileOpen);
    assertThat(opened.segments().get(last).isFileOpen()).isTrue();
  }
}
