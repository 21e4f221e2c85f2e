package io.weir.replication.log;

import io.weir.replication.journal.FolderNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a partition's folder other than the segments, and the listing of all. Immutable.
 *
 * <ul>
 *   <li>{@code leader-epochs}: an epoch and its start offset on each line
 *   <li>{@code recovery-point}: all before this offset is on disk and was in order
 *   <li>{@code log-start-offset}: nothing before this offset counts; where there is none, the first
 *       segment says where the log starts
 *   <li>{@code compaction}: see {@link CompactionMark}
 *   <li>{@code <20-digit offset>.snapshot}: the idempotent producers as of that offset
 * </ul>
 */
record LogFolder(Path path) {
  static final String SNAPSHOT = ".snapshot";
  private static final Pattern SNAPSHOT_NAME = Pattern.compile("\\d{20}\\.snapshot");

  /** The segments' files by base offset. */
  List<SegmentFiles> segments() throws IOException {
    return list(SegmentFiles::isLog).stream()
        .map(SegmentFiles::ofLog)
        .sorted(Comparator.comparingLong(SegmentFiles::baseOffset))
        .toList();
  }

  /** Completes swaps, and removes what an earlier process had begun to remove or to write. */
  void removeLeftovers() throws IOException {
    List<Path> found = list(file -> SegmentSwap.isSwap(file) || isLeftover(file));
    boolean swapped = false;
    for (Path file : found) {
      if (SegmentSwap.isSwap(file)) {
        SegmentSwap.of(file).redo(segments());
        swapped = true;
      }
    }
    for (Path file : swapped ? list(LogFolder::isLeftover) : found) {
      Files.delete(file);
    }
  }

  private static boolean isLeftover(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SegmentFiles.DELETED)
        || name.endsWith(SegmentFiles.CLEANED)
        || name.endsWith(CheckpointFile.TEMPORARY);
  }

  /** Puts the names in the folder on disk. Any thread. */
  void force() throws IOException {
    FolderNames.force(path);
  }

  /** Puts the folder's own name on disk. Any thread. */
  void forceName() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      FolderNames.force(parent);
    }
  }

  private List<Path> list(Predicate<Path> filter) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(filter).toList();
    }
  }

  /** Null when missing or damaged. */
  @Nullable Long readRecoveryPoint() throws IOException {
    return readOffset("recovery-point");
  }

  void writeRecoveryPoint(long offset, boolean durably) throws IOException {
    writeOffset("recovery-point", offset, durably);
  }

  /** Null when missing or damaged. */
  @Nullable Long readLogStartOffset() throws IOException {
    return readOffset("log-start-offset");
  }

  void writeLogStartOffset(long offset) throws IOException {
    writeOffset("log-start-offset", offset, false);
  }

  /** Puts the log start on disk, as it was written last. Any thread. */
  void forceLogStartOffset() throws IOException {
    try (FileChannel channel = FileChannel.open(path.resolve("log-start-offset"))) {
      channel.force(true);
    } catch (NoSuchFileException e) {
      return; // The log was started over meanwhile, or its folder is gone.
    }
    force();
  }

  /** For a log that starts where its first segment does. */
  void removeLogStartOffset() throws IOException {
    Files.deleteIfExists(path.resolve("log-start-offset"));
  }

  /** {@link CompactionMark#NONE} when missing or damaged. */
  CompactionMark readCompaction() throws IOException {
    List<String> lines = new CheckpointFile(path.resolve("compaction")).read();
    return lines == null || lines.size() != 2
        ? CompactionMark.NONE
        : new CompactionMark(Long.parseLong(lines.getFirst()), Long.parseLong(lines.getLast()));
  }

  void writeCompaction(CompactionMark mark) throws IOException {
    new CheckpointFile(path.resolve("compaction"))
        .write(List.of(Long.toString(mark.compactedTo()), Long.toString(mark.restsOn())), false);
  }

  private @Nullable Long readOffset(String name) throws IOException {
    List<String> lines = new CheckpointFile(path.resolve(name)).read();
    return lines == null || lines.size() != 1 ? null : Long.valueOf(lines.getFirst());
  }

  private void writeOffset(String name, long offset, boolean durably) throws IOException {
    new CheckpointFile(path.resolve(name)).write(List.of(Long.toString(offset)), durably);
  }

  /** Null when missing or damaged. */
  @Nullable LeaderEpochs readEpochs() throws IOException {
    List<String> lines = epochsFile().read();
    if (lines == null) {
      return null;
    }
    LeaderEpochs epochs = new LeaderEpochs();
    for (String line : lines) {
      int space = line.indexOf(' ');
      epochs.begin(
          Integer.parseInt(line.substring(0, space)), Long.parseLong(line.substring(space + 1)));
    }
    return epochs;
  }

  void writeEpochs(LeaderEpochs epochs, boolean durably) throws IOException {
    List<String> lines = new ArrayList<>(epochs.size());
    for (int i = 0; i < epochs.size(); i++) {
      lines.add(epochs.epoch(i) + " " + epochs.startOffset(i));
    }
    epochsFile().write(lines, durably);
  }

  private CheckpointFile epochsFile() {
    return new CheckpointFile(path.resolve("leader-epochs"));
  }

  /** Offsets of the producer snapshots, in falling order. */
  List<Long> snapshots() throws IOException {
    return list(file -> SNAPSHOT_NAME.matcher(String.valueOf(file.getFileName())).matches())
        .stream()
        .map(file -> Long.valueOf(String.valueOf(file.getFileName()).substring(0, 20)))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** Null when there is none. */
  @Nullable ByteBuffer readSnapshot(long offset) throws IOException {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(snapshot(offset)));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Not forced to disk: its CRC tells whether it is whole, and the log can stand in for it. */
  void writeSnapshot(long offset, ByteBuffer content) throws IOException {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    Files.write(snapshot(offset), bytes);
  }

  void removeSnapshot(long offset) throws IOException {
    Files.deleteIfExists(snapshot(offset));
  }

  void removeSnapshotsBefore(long offset) throws IOException {
    for (long snapshot : snapshots()) {
      if (snapshot < offset) {
        removeSnapshot(snapshot);
      }
    }
  }

  private Path snapshot(long offset) {
    return path.resolve(SegmentFiles.name(offset, SNAPSHOT));
  }
}
