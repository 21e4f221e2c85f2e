package io.weir.replication.log;

import io.weir.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Decides which of a log's oldest segments are to go, by its settings. Stateless. */
final class Retention {
  private Retention() {}

  /**
   * Goes from the oldest segment on, as long as each is too old, or the rest is still as large as
   * it may be. The segment that is written to is only ever too old, and only when it has batches.
   *
   * @return where the last of them ends; the log's first offset if there are none
   */
  static long endOfExpired(
      List<LogSegment> segments, LogConfig config, long highWatermark, long nowMs)
      throws IOException {
    long size = 0;
    for (LogSegment segment : segments) {
      size += segment.sizeInBytes();
    }
    long end = segments.getFirst().baseOffset();
    for (LogSegment segment : segments) {
      boolean isActive = segment == segments.getLast();
      size -= segment.sizeInBytes();
      boolean tooMuch = config.retentionBytes() >= 0 && size >= config.retentionBytes();
      boolean goes =
          segment.sizeInBytes() > 0
              && segment.nextOffset() <= highWatermark
              && (isTooOld(segment, config, nowMs) || (tooMuch && !isActive));
      if (!goes) {
        break;
      }
      end = segment.nextOffset();
    }
    return end;
  }

  /** By its largest timestamp; by when it was last written, if its batches have none. */
  private static boolean isTooOld(LogSegment segment, LogConfig config, long nowMs)
      throws IOException {
    if (config.retentionMs() < 0) {
      return false;
    }
    long newestMs =
        segment.maxTimestampMs() != BatchHeader.NO_TIMESTAMP
            ? segment.maxTimestampMs()
            : Files.getLastModifiedTime(segment.files().log()).toMillis();
    return nowMs - newestMs > config.retentionMs();
  }
}
