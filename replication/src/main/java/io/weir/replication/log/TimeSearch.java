package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.RecordCursor;
import io.weir.protocol.record.TimestampType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds offsets by time. Confined to the partition's loop.
 *
 * <p>The very record is found, also in compressed batches, as long as their records come to no more
 * than {@link #MAX_RECORDS_BYTES}. Of larger ones, and of those whose content turns out to be
 * damaged, the answer is the batch's first offset with its largest timestamp: a reader that begins
 * there misses nothing and sees some records too early.
 */
final class TimeSearch {
  /**
   * What usual clients put into a batch, times eight. To decompress that takes some ten
   * milliseconds, for which the partition's loop is held up.
   */
  private static final int MAX_RECORDS_BYTES = 8 << 20;

  private final List<LogSegment> segments;

  TimeSearch(List<LogSegment> segments) {
    this.segments = segments;
  }

  OffsetAtTime firstAtOrAfter(long timestampMs, long startOffset, long bound, LogConfig config)
      throws IOException {
    for (LogSegment segment : segments) {
      if (segment.baseOffset() >= bound) {
        break;
      }
      if (segment.maxTimestampMs() >= timestampMs && segment.nextOffset() > startOffset) {
        OffsetAtTime found = inSegment(segment, timestampMs, startOffset, bound, config);
        if (found.offset() >= 0) {
          return found;
        }
      }
    }
    return OffsetAtTime.NONE;
  }

  private static OffsetAtTime inSegment(
      LogSegment segment, long timestampMs, long startOffset, long bound, LogConfig config)
      throws IOException {
    BatchStart from = segment.floorByTimestamp(timestampMs, config.indexIntervalBytes());
    for (HeaderScanner scanner = segment.scan(from.position()); scanner.next(); ) {
      if (scanner.baseOffset() >= bound) {
        break;
      }
      if (scanner.nextOffset() > startOffset
          && BatchHeader.maxTimestamp(scanner.buffer(), scanner.index()) >= timestampMs) {
        OffsetAtTime found = inBatch(segment, scanner, timestampMs, startOffset);
        if (found.offset() >= 0) {
          return found.offset() < bound ? found : OffsetAtTime.NONE;
        }
      }
    }
    return OffsetAtTime.NONE;
  }

  private static OffsetAtTime inBatch(
      LogSegment segment, HeaderScanner scanner, long timestampMs, long startOffset)
      throws IOException {
    ByteBuf header = scanner.buffer();
    int epoch = BatchHeader.partitionLeaderEpoch(header, scanner.index());
    boolean sameForAll =
        BatchHeader.timestampType(header, scanner.index()) == TimestampType.LOG_APPEND_TIME;
    OffsetAtTime anyOfBatch =
        new OffsetAtTime(
            Math.max(scanner.baseOffset(), startOffset),
            BatchHeader.maxTimestamp(header, scanner.index()),
            epoch);
    if (sameForAll) {
      return anyOfBatch;
    }
    ByteBuf batch = read(segment, scanner.position(), scanner.sizeInBytes());
    try (RecordCursor records =
        RecordCursor.open(batch, 0, MAX_RECORDS_BYTES, ByteBufAllocator.DEFAULT)) {
      while (records.next()) {
        if (records.offset() >= startOffset && records.timestampMs() >= timestampMs) {
          return new OffsetAtTime(records.offset(), records.timestampMs(), epoch);
        }
      }
      return OffsetAtTime.NONE;
    } catch (CorruptBatchException e) {
      // What is compressed was stored without a look into it, as it came from its producer.
      return anyOfBatch;
    }
  }

  private static ByteBuf read(LogSegment segment, int position, int size) throws IOException {
    ByteBuffer batch = ByteBuffer.allocate(size);
    while (batch.hasRemaining()) {
      if (segment.channel().read(batch, position + (long) batch.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return Unpooled.wrappedBuffer(batch.flip());
  }

  OffsetAtTime latestTimestamp(long startOffset, long bound, LogConfig config) throws IOException {
    long latestMs = BatchHeader.NO_TIMESTAMP;
    for (LogSegment segment : segments) {
      if (segment.baseOffset() < bound) {
        latestMs = Math.max(latestMs, latestIn(segment, startOffset, bound, config));
      }
    }
    return latestMs == BatchHeader.NO_TIMESTAMP
        ? OffsetAtTime.NONE
        : firstAtOrAfter(latestMs, startOffset, bound, config);
  }

  /**
   * Largest timestamp of the segment's batches that reach past the start and begin below the bound.
   */
  private static long latestIn(LogSegment segment, long startOffset, long bound, LogConfig config)
      throws IOException {
    if (segment.maxTimestampOffset() >= startOffset && segment.maxTimestampOffset() < bound) {
      return segment.maxTimestampMs();
    }
    return segment.maxTimestampWithin(startOffset, bound, config.indexIntervalBytes());
  }
}
