package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.RecordCursor;
import io.weir.protocol.record.TimestampType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds offsets by time. Confined to the partition's loop.
 *
 * <p>In uncompressed batches the very record is found. Compressed ones are not looked into: the
 * answer is then the batch's first offset with its largest timestamp, so a reader that begins there
 * misses nothing and sees a few records too early.
 */
final class TimeSearch {
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
    if (sameForAll || BatchHeader.isCompressed(header, scanner.index())) {
      return new OffsetAtTime(
          Math.max(scanner.baseOffset(), startOffset),
          BatchHeader.maxTimestamp(header, scanner.index()),
          epoch);
    }
    RecordCursor records =
        new RecordCursor(read(segment, scanner.position(), scanner.sizeInBytes()), 0);
    while (records.next()) {
      if (records.offset() >= startOffset && records.timestampMs() >= timestampMs) {
        return new OffsetAtTime(records.offset(), records.timestampMs(), epoch);
      }
    }
    return OffsetAtTime.NONE;
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
