package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A segment in the making: what stays of some neighbouring segments, whose place it is to take.
 * Batches come in order of their offsets; what is missing between them is covered by fillers, so
 * that offsets stay without gaps. Confined to a cleaner's thread until it is handed to {@link
 * LogCompaction}.
 *
 * <pre>
 *   append, drop ... --finish--> on disk --commit, swap (loop)--> part of the log
 *        |                          |
 *        +---------discard----------+--> gone
 * </pre>
 */
public final class CleanedSegment {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final CompactionTask task;
  private final List<LogSegment> sources;
  private final LogSegment segment;
  private final Deque<AbortedRange> aborted;
  private final int indexIntervalBytes;
  private final ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(BUFFER_BYTES);
  private long fillFrom;
  private long fillTo;
  private int fillEpoch;
  private boolean open = true;

  CleanedSegment(
      CompactionTask task,
      List<LogSegment> sources,
      LogSegment segment,
      List<AbortedRange> aborted,
      int indexIntervalBytes) {
    this.task = task;
    this.sources = sources;
    this.segment = segment;
    this.aborted = new ArrayDeque<>(aborted);
    this.indexIntervalBytes = indexIntervalBytes;
    this.fillFrom = segment.baseOffset();
    this.fillTo = segment.baseOffset();
  }

  CompactionTask task() {
    return task;
  }

  List<LogSegment> sources() {
    return sources;
  }

  LogSegment segment() {
    return segment;
  }

  /** Bytes so far. */
  public int sizeInBytes() {
    return segment.sizeInBytes();
  }

  /** Leaves out a batch: a filler will cover its offsets. */
  public void drop(ByteBuf batch, int index) throws IOException {
    int epoch = BatchHeader.partitionLeaderEpoch(batch, index);
    if (epoch != fillEpoch) {
      fill();
      fillEpoch = epoch;
    }
    fillTo = BatchHeader.nextOffset(batch, index);
  }

  /** Adds a batch, which stays the caller's. */
  public void append(ByteBuf batch, int index) throws IOException {
    fill();
    write(batch, index);
    long baseOffset = BatchHeader.baseOffset(batch, index);
    while (!aborted.isEmpty() && aborted.element().lastOffset() <= baseOffset) {
      AbortedRange range = aborted.remove();
      if (range.lastOffset() == baseOffset) {
        segment.addAborted(range);
      }
    }
    fillFrom = segment.nextOffset();
    fillTo = fillFrom;
  }

  private void fill() throws IOException {
    if (fillFrom == fillTo) {
      return;
    }
    try (RecordBatchBuilder builder = new RecordBatchBuilder(ByteBufAllocator.DEFAULT)) {
      ByteBuf filler =
          builder
              .baseOffset(fillFrom)
              .leaderEpoch(fillEpoch)
              .lastOffsetDelta((int) (fillTo - fillFrom - 1))
              .build();
      try {
        write(filler, filler.readerIndex());
      } finally {
        filler.release();
      }
    }
    fillFrom = fillTo;
  }

  private void write(ByteBuf batch, int index) throws IOException {
    int size = BatchHeader.sizeInBytes(batch, index);
    if (BatchHeader.baseOffset(batch, index) != segment.nextOffset()) {
      throw new LogFailure(
          "compaction would put offset %d where %d follows"
              .formatted(BatchHeader.baseOffset(batch, index), segment.nextOffset()));
    }
    if (segment.sizeInBytes() + (long) size > Integer.MAX_VALUE) {
      throw new IOException("the compacted segment would not fit a file of 2 GiB");
    }
    if (buffer.readableBytes() + size > BUFFER_BYTES) {
      drain(buffer);
      buffer.clear();
    }
    if (size > BUFFER_BYTES) {
      drain(batch.slice(index, size));
    } else {
      buffer.writeBytes(batch, index, size);
    }
    segment.add(batch, index, indexIntervalBytes);
  }

  private void drain(ByteBuf bytes) throws IOException {
    while (bytes.isReadable()) {
      bytes.readBytes(segment.channel(), bytes.readableBytes());
    }
  }

  /** Covers the rest, and puts all of it on disk. */
  public void finish() throws IOException {
    fill();
    drain(buffer);
    letGoOfBuffer();
    segment.force();
    LogSegment last = sources.getLast();
    if (last.maxTimestampMs() == BatchHeader.NO_TIMESTAMP) {
      FileTime written = Files.getLastModifiedTime(last.files().log());
      Files.setLastModifiedTime(segment.files().cleaned(), written);
    }
    if (segment.nextOffset() != last.nextOffset()) {
      throw new LogFailure(
          "compaction would end the segment at %d instead of %d"
              .formatted(segment.nextOffset(), last.nextOffset()));
    }
  }

  private void letGoOfBuffer() {
    if (open) {
      open = false;
      buffer.release();
    }
  }

  /** To be called between commit and swap, on the cleaner's thread: that it is final is on disk. */
  public void forceCommit() throws IOException {
    task.forceFolder();
  }

  /** It takes nobody's place. */
  public void discard() throws IOException {
    letGoOfBuffer();
    segment.close();
    Files.deleteIfExists(segment.files().cleaned());
  }
}
