package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a partition's folder. After a clean stop the index files say all that is needed. Otherwise
 * every segment that is not wholly below the recovery point is read and checked, and the log ends
 * before the first damage. Whatever is missing or does not fit its log file is made anew from the
 * log. Confined to its user; for one use.
 */
final class LogOpener {
  private static final Logger LOG = LoggerFactory.getLogger(LogOpener.class);

  private final LogFolder folder;
  private final int indexIntervalBytes;
  private @Nullable SegmentRecovery recovery;
  private final List<LogSegment> segments = new ArrayList<>();
  private LeaderEpochs epochs = new LeaderEpochs();
  private @Nullable String damage;

  /** Whether the segment scanned last has control batches. */
  private boolean markersSeen;

  private LogOpener(Path path, LogConfig config) {
    this.folder = new LogFolder(path);
    this.indexIntervalBytes = config.indexIntervalBytes();
  }

  /**
   * What an opened folder holds.
   *
   * @param segments by base offset; the last takes new batches
   */
  record Opened(
      LogFolder folder,
      List<LogSegment> segments,
      LeaderEpochs epochs,
      ProducerStates producers,
      long logStartOffset,
      long recoveryPoint,
      CompactionMark compaction) {}

  static Opened open(Path path, LogConfig config, boolean afterCleanStop) throws IOException {
    Files.createDirectories(path);
    return new LogOpener(path, config).open(afterCleanStop);
  }

  private Opened open(boolean afterCleanStop) throws IOException {
    folder.removeLeftovers();
    LeaderEpochs knownEpochs = folder.readEpochs();
    Long recoveryPoint = folder.readRecoveryPoint();
    boolean trusted = knownEpochs != null && recoveryPoint != null;
    long trustedBelow =
        !trusted || recoveryPoint == null ? -1 : afterCleanStop ? Long.MAX_VALUE : recoveryPoint;
    if (knownEpochs != null && trusted) {
      epochs = knownEpochs;
      epochs.truncateTo(trustedBelow);
    }
    List<SegmentFiles> found = folder.segments();
    if (found.isEmpty()) {
      // The folder may be new, and what is put on disk in it is lost with its name.
      folder.forceName();
    }
    openSegments(found, trustedBelow);
    long logStartOffset = settleStart();
    LogSegment active = segments.getLast();
    if (damage != null) {
      epochs.truncateTo(active.nextOffset());
    }
    learnEarlierEpochs(logStartOffset);
    active.reopen(indexIntervalBytes);
    long synced = Math.min(trustedBelow, active.nextOffset());
    ProducerStates producers = restoreProducers(active.nextOffset());
    for (LogSegment sealed : segments.subList(0, segments.size() - 1)) {
      settle(sealed);
    }
    long onDisk = Math.max(synced, logStartOffset);
    if (recoveryPoint != null && recoveryPoint > onDisk) {
      // What is written from here on must not be taken for what was on disk then.
      folder.writeRecoveryPoint(onDisk, true);
      folder.force();
    }
    return new Opened(
        folder,
        segments,
        epochs,
        producers,
        logStartOffset,
        onDisk,
        compaction(active.nextOffset()));
  }

  /**
   * A sealed segment that was scanned may not be on disk yet, as the process that wrote it may have
   * died before: it is put there now, since later the recovery point passes over it.
   */
  private static void settle(LogSegment sealed) throws IOException {
    if (!sealed.isIndexWritten()) {
      sealed.force();
      sealed.writeIndex();
    }
    sealed.letGoOfFile();
  }

  /**
   * A power cut can take back how far the log's start had moved, but not that the epochs before it
   * were forgotten: those come from the batches.
   */
  private void learnEarlierEpochs(long logStartOffset) throws IOException {
    long known = epochs.size() == 0 ? Long.MAX_VALUE : epochs.startOffset(0);
    if (logStartOffset >= known) {
      return;
    }
    LeaderEpochs all = new LeaderEpochs();
    for (LogSegment segment : segments) {
      if (segment.baseOffset() < known) {
        for (HeaderScanner scanner = segment.scan(0); scanner.next(); ) {
          all.begin(
              BatchHeader.partitionLeaderEpoch(scanner.buffer(), scanner.index()),
              scanner.baseOffset());
        }
      }
    }
    for (int i = 0; i < epochs.size(); i++) {
      all.begin(epochs.epoch(i), epochs.startOffset(i));
    }
    epochs = all;
  }

  /** What was lost at the end is not compacted when it comes again. */
  private CompactionMark compaction(long logEndOffset) throws IOException {
    CompactionMark noted = folder.readCompaction();
    CompactionMark now = noted.endingAt(logEndOffset);
    if (!now.equals(noted)) {
      folder.writeCompaction(now);
    }
    return now;
  }

  private void openSegments(List<SegmentFiles> found, long trustedBelow) throws IOException {
    for (int i = 0; i < found.size(); i++) {
      SegmentFiles files = found.get(i);
      if (i > 0 && files.baseOffset() != segments.getLast().nextOffset()) {
        damage = "segment %d where another offset follows".formatted(files.baseOffset());
      }
      if (damage == null) {
        long end = i + 1 < found.size() ? found.get(i + 1).baseOffset() : -1;
        openSegment(files, end, trustedBelow);
      }
      if (damage != null) {
        dropDamaged(found);
        return;
      }
    }
  }

  private void openSegment(SegmentFiles files, long end, long trustedBelow) throws IOException {
    SegmentSummary summary = indexed(files);
    if (summary != null
        && summary.nextOffset() <= trustedBelow
        && (end < 0 || end == summary.nextOffset())) {
      segments.add(LogSegment.openIndexed(files, summary));
      return;
    }
    files.removeIndexes();
    LogSegment segment = LogSegment.openForScan(files);
    segments.add(segment);
    if (recovery == null) {
      recovery = new SegmentRecovery();
    }
    markersSeen = false;
    damage = recovery.scan(segment, end, indexIntervalBytes, this::note);
    if (markersSeen) {
      segment.forgetAborted();
    }
    if (damage == null && segment.channel().size() > segment.sizeInBytes()) {
      // Cut off before the next segment was begun, but that was not on disk.
      segment.channel().truncate(segment.sizeInBytes());
    }
  }

  private void note(ByteBuf buffer, int index) {
    markersSeen |= BatchHeader.isControl(buffer, index);
    epochs.begin(
        BatchHeader.partitionLeaderEpoch(buffer, index), BatchHeader.baseOffset(buffer, index));
  }

  /** Null when a segment's index files do not fit its log. */
  private static @Nullable SegmentSummary indexed(SegmentFiles files) throws IOException {
    long logSize = Files.size(files.log());
    IndexFile offsets = IndexFile.open(files.offsetIndex(), logSize);
    IndexFile times = IndexFile.open(files.timeIndex(), logSize);
    if (offsets == null || times == null) {
      return null;
    }
    return offsets.summary().equals(times.summary()) ? offsets.summary() : null;
  }

  /**
   * Ends the log before the damage: cuts the last opened segment there, and takes away those after
   * it.
   */
  private void dropDamaged(List<SegmentFiles> found) throws IOException {
    LogSegment last = segments.getLast();
    long droppedBytes = 0;
    int droppedSegments = 0;
    for (int i = found.size() - 1; i >= 0 && found.get(i).baseOffset() > last.baseOffset(); i--) {
      droppedBytes += Files.size(found.get(i).log());
      droppedSegments++;
      found.get(i).renameDeleted();
      found.get(i).removeDeleted();
    }
    long size = last.channel().size();
    droppedBytes += size - last.sizeInBytes();
    LOG.warn(
        "{}: truncated at offset {} (byte {} of segment {}), where there is {}; "
            + "{} bytes dropped, {} whole segments among them",
        folder.path().getFileName(),
        last.nextOffset(),
        last.sizeInBytes(),
        last.baseOffset(),
        damage,
        droppedBytes,
        droppedSegments);
    // On disk before other batches are written there: what is dropped must not come back after
    // them.
    last.channel().truncate(last.sizeInBytes());
    last.force();
    folder.force();
  }

  /**
   * Makes sure that there is a segment to write to, and that the log does not end before it starts.
   */
  private long settleStart() throws IOException {
    Long noted = folder.readLogStartOffset();
    long logStartOffset = noted == null ? 0 : noted;
    if (!segments.isEmpty()) {
      logStartOffset = Math.max(logStartOffset, segments.getFirst().baseOffset());
      if (logStartOffset <= segments.getLast().nextOffset()) {
        return logStartOffset;
      }
      for (LogSegment segment : segments.reversed()) {
        segment.files().renameDeleted();
        segment.files().removeDeleted();
        segment.close();
      }
      segments.clear();
      epochs.clear();
    }
    segments.add(LogSegment.create(new SegmentFiles(folder.path(), logStartOffset)));
    return logStartOffset;
  }

  private ProducerStates restoreProducers(long logEndOffset) throws IOException {
    boolean removed = false;
    for (long snapshot : folder.snapshots()) {
      if (snapshot > logEndOffset) {
        folder.removeSnapshot(snapshot);
        removed = true;
      }
    }
    if (removed) {
      // They must not come back when other batches are there.
      folder.force();
    }
    return ProducerReplay.at(folder, segments, logEndOffset);
  }
}
