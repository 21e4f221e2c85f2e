package io.weir.replication.log;

import io.weir.protocol.record.FileRecords;
import io.weir.replication.compaction.core.AbortedBatches;
import io.weir.replication.compaction.core.CompactionPlan;
import io.weir.replication.compaction.core.ProducerHold;
import io.weir.replication.compaction.core.SegmentFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a cleaner reads and knows of a log for one pass: handed out by {@link LogCompaction#begin}
 * on the loop, then confined to the cleaner's thread, but for {@link #isStale}. The files that it
 * names stay readable until {@link #close}.
 */
public final class CompactionTask implements AutoCloseable {
  private final CompactionPlan plan;
  private final LogConfig config;
  private final SegmentSealer sealer;
  private final LogFolder folder;
  private final List<LogSegment> segments;
  private final List<SegmentFacts> facts = new ArrayList<>();
  private final List<FileRecords> files = new ArrayList<>();
  private final List<AbortedRange> aborted;
  private final Map<Long, ProducerHold> producers;
  private volatile boolean stale;

  CompactionTask(
      CompactionPlan plan,
      LogConfig config,
      SegmentSealer sealer,
      LogFolder folder,
      List<LogSegment> segments,
      List<AbortedRange> aborted,
      Map<Long, ProducerHold> producers)
      throws IOException {
    this.plan = plan;
    this.config = config;
    this.sealer = sealer;
    this.folder = folder;
    this.segments = segments;
    this.aborted = aborted;
    this.producers = producers;
    try {
      for (LogSegment segment : segments) {
        facts.add(segment.facts());
        files.add(segment.slice(0, segment.sizeInBytes()));
      }
    } catch (IOException e) {
      files.forEach(FileRecords::release);
      throw e;
    }
  }

  public CompactionPlan plan() {
    return plan;
  }

  /** Settings as they were when the pass began. */
  public LogConfig config() {
    return config;
  }

  /** The sealed segments from the log's first to the plan's end. */
  public List<SegmentFacts> segments() {
    return facts;
  }

  /** The batches of one of them; this task releases them. */
  public FileRecords records(int segment) {
    return files.get(segment);
  }

  public AbortedBatches abortedBatches() {
    AbortedBatches batches = new AbortedBatches();
    aborted.forEach(
        range -> batches.add(range.producerId(), range.firstOffset(), range.lastOffset()));
    return batches;
  }

  public Map<Long, ProducerHold> producers() {
    return producers;
  }

  /** Whether the log has changed so that nothing of the pass can be used any more. Any thread. */
  public boolean isStale() {
    return stale;
  }

  void markStale() {
    stale = true;
  }

  /**
   * Producers are no longer to be found out from before that offset without reading the log from
   * its start: what is compacted may lack the ends of transactions that a snapshot has open.
   */
  public void forgetSnapshotsBefore(long offset) {
    try {
      sealer.removeSnapshotsBefore(offset);
    } catch (IOException e) {
      throw new LogFailure("snapshots cannot be removed: " + e, e);
    }
  }

  /** Begins what is to take the place of some neighbouring segments. */
  public CleanedSegment create(int firstSegment, int count) throws IOException {
    List<LogSegment> sources = List.copyOf(segments.subList(firstSegment, firstSegment + count));
    LogSegment first = sources.getFirst();
    long end = sources.getLast().nextOffset();
    List<AbortedRange> endedHere =
        aborted.stream()
            .filter(range -> range.lastOffset() >= first.baseOffset() && range.lastOffset() < end)
            .sorted(Comparator.comparingLong(AbortedRange::lastOffset))
            .toList();
    return new CleanedSegment(
        this,
        sources,
        LogSegment.createCleaned(first.files()),
        endedHere,
        config.indexIntervalBytes());
  }

  /** Puts the names in the log's folder on disk. */
  void forceFolder() throws IOException {
    folder.force();
  }

  @Override
  public void close() {
    files.forEach(FileRecords::release);
  }
}
