package io.weir.replication.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/** The files of one segment, named by its base offset. Immutable. */
record SegmentFiles(Path folder, long baseOffset) {
  static final String LOG = ".log";
  static final String OFFSET_INDEX = ".index";
  static final String TIME_INDEX = ".timeindex";
  static final String ABORTED_INDEX = ".txnindex";
  static final String DELETED = ".deleted";

  /** A segment that compaction is writing. */
  static final String CLEANED = ".cleaned";

  private static final Pattern LOG_NAME = Pattern.compile("\\d{20}\\.log");

  static boolean isLog(Path file) {
    return LOG_NAME.matcher(String.valueOf(file.getFileName())).matches();
  }

  static SegmentFiles ofLog(Path file) {
    String name = String.valueOf(file.getFileName());
    return new SegmentFiles(file.resolveSibling(""), Long.parseLong(name.substring(0, 20)));
  }

  static String name(long offset, String suffix) {
    return String.format("%020d%s", offset, suffix);
  }

  Path log() {
    return folder.resolve(name(baseOffset, LOG));
  }

  Path offsetIndex() {
    return folder.resolve(name(baseOffset, OFFSET_INDEX));
  }

  Path timeIndex() {
    return folder.resolve(name(baseOffset, TIME_INDEX));
  }

  Path abortedIndex() {
    return folder.resolve(name(baseOffset, ABORTED_INDEX));
  }

  /** Where compaction writes what is to take this segment's place. */
  Path cleaned() {
    return folder.resolve(name(baseOffset, LOG + CLEANED));
  }

  private List<Path> all() {
    return List.of(log(), offsetIndex(), timeIndex(), abortedIndex());
  }

  /**
   * Takes the files out of the log at once: what a crash leaves of them is removed at the next
   * start.
   */
  void renameDeleted() throws IOException {
    for (Path file : all()) {
      if (Files.exists(file)) {
        Files.move(file, deleted(file), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** Removes what {@link #renameDeleted} left. */
  void removeDeleted() throws IOException {
    for (Path file : all()) {
      Files.deleteIfExists(deleted(file));
    }
  }

  void removeIndexes() throws IOException {
    Files.deleteIfExists(offsetIndex());
    Files.deleteIfExists(timeIndex());
    Files.deleteIfExists(abortedIndex());
  }

  private static Path deleted(Path file) {
    return file.resolveSibling(file.getFileName() + DELETED);
  }
}
