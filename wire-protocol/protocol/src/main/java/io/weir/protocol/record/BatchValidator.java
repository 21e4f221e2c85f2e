package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a batch that a client sent may go into a log. Its bytes are hostile until this
 * has accepted them: no length or count is believed before it has been held against the bytes that
 * are there.
 *
 * <p>Held against each other: size, format and CRC-32C; record count and last offset delta; for
 * uncompressed batches also every record's size, offset delta, header count and timestamp.
 * Compressed records are not looked into; their timestamps are judged by the batch's header.
 *
 * <p>Stateless. Bytes are changed in two cases only, with the CRC made right again: where the topic
 * wants append time, and where an uncompressed batch's maximum timestamp is not that of its records
 * (some clients write the first or the last one), because lookups by time and retention rely on it.
 */
public final class BatchValidator {
  private BatchValidator() {}

  /**
   * What a topic allows.
   *
   * @param maxMessageBytes size of the largest batch
   * @param timestampBeforeMaxMs how far a producer's timestamp may lie before now
   * @param timestampAfterMaxMs how far a producer's timestamp may lie after now
   */
  public record Limits(
      int maxMessageBytes,
      TimestampType timestampType,
      long timestampBeforeMaxMs,
      long timestampAfterMaxMs) {}

  /** What became of a batch. */
  public sealed interface Result {}

  /**
   * The batch may be appended.
   *
   * @param logAppendTimeMs the timestamp that all records were given; -1 where the producer's own
   *     stay
   */
  public record Accepted(int recordCount, long logAppendTimeMs) implements Result {}

  /** The batch may not be appended; the error is the answer to its sender. */
  public record Refused(ErrorCode errorCode, String message) implements Result {}

  /**
   * Judges what a Produce request carries for one partition: exactly one batch, from the buffer's
   * reader to its writer index, which stay where they are.
   *
   * @param nowMs wall clock, for timestamps
   */
  public static Result admit(ByteBuf batch, Limits limits, long nowMs) {
    Refused refused = checkFrame(batch, limits.maxMessageBytes());
    if (refused == null) {
      refused = checkHeader(batch, batch.readerIndex());
    }
    if (refused != null) {
      return refused;
    }
    try {
      return checkTimestamps(batch, batch.readerIndex(), limits, nowMs);
    } catch (CorruptBatchException e) {
      return refuse(ErrorCode.INVALID_RECORD, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable Refused checkFrame(ByteBuf batch, int maxMessageBytes) {
    int index = batch.readerIndex();
    int available = batch.readableBytes();
    if (available < BatchHeader.MAGIC_END) {
      return refuse(ErrorCode.CORRUPT_MESSAGE, "%d bytes are not a batch".formatted(available));
    }
    byte magic = BatchHeader.magic(batch, index);
    if (magic == 0 || magic == 1) {
      return refuse(
          ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
          "message format %d is not stored here, only format 2".formatted(magic));
    }
    if (magic != BatchHeader.MAGIC) {
      return refuse(ErrorCode.CORRUPT_MESSAGE, "unknown message format %d".formatted(magic));
    }
    long size = (long) BatchHeader.batchLength(batch, index) + BatchHeader.LENGTH_OVERHEAD;
    if (size < BatchHeader.SIZE || size > available) {
      return refuse(
          ErrorCode.CORRUPT_MESSAGE,
          "the batch says that it has %d bytes, and %d came".formatted(size, available));
    }
    if (size > maxMessageBytes) {
      return refuse(
          ErrorCode.MESSAGE_TOO_LARGE,
          "a batch of %d bytes; max.message.bytes is %d".formatted(size, maxMessageBytes));
    }
    if (size < available) {
      return refuse(
          ErrorCode.INVALID_RECORD, "a produce request carries one batch for each partition");
    }
    return BatchHeader.isCrcValid(batch, index)
        ? null
        : refuse(ErrorCode.CORRUPT_MESSAGE, "the batch's CRC-32C does not match its bytes");
  }

  private static @Nullable Refused checkHeader(ByteBuf batch, int index) {
    int recordCount = BatchHeader.recordCount(batch, index);
    int lastOffsetDelta = BatchHeader.lastOffsetDelta(batch, index);
    if (recordCount <= 0 || recordCount != lastOffsetDelta + 1L) {
      return refuse(
          ErrorCode.INVALID_RECORD,
          "%d records with a last offset delta of %d".formatted(recordCount, lastOffsetDelta));
    }
    if (BatchHeader.isControl(batch, index)) {
      return refuse(ErrorCode.INVALID_RECORD, "control batches are not for clients to write");
    }
    if (BatchHeader.hasDeleteHorizon(batch, index)) {
      return refuse(ErrorCode.INVALID_RECORD, "delete horizons are not for clients to set");
    }
    if (BatchHeader.compressionType(batch, index) == null) {
      return refuse(
          ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
          "unknown codec %d".formatted(BatchHeader.compressionId(batch, index)));
    }
    return checkProducer(batch, index);
  }

  private static @Nullable Refused checkProducer(ByteBuf batch, int index) {
    if (BatchHeader.hasProducerId(batch, index)) {
      return BatchHeader.baseSequence(batch, index) < 0
              || BatchHeader.producerEpoch(batch, index) < 0
          ? refuse(ErrorCode.INVALID_RECORD, "a producer id without a sequence number or epoch")
          : null;
    }
    return BatchHeader.isTransactional(batch, index)
        ? refuse(ErrorCode.INVALID_RECORD, "a transactional batch without a producer id")
        : null;
  }

  private static Result checkTimestamps(ByteBuf batch, int index, Limits limits, long nowMs) {
    if (BatchHeader.timestampType(batch, index) == TimestampType.LOG_APPEND_TIME) {
      return refuse(ErrorCode.INVALID_TIMESTAMP, "append time is not for clients to set");
    }
    boolean compressed = BatchHeader.isCompressed(batch, index);
    TimestampRange seen = compressed ? ofHeader(batch, index) : ofRecords(batch, index);
    int recordCount = BatchHeader.recordCount(batch, index);
    if (limits.timestampType() == TimestampType.LOG_APPEND_TIME) {
      BatchHeader.stampAppendTime(batch, index, nowMs);
      return new Accepted(recordCount, nowMs);
    }
    if (isOutside(seen, limits, nowMs)) {
      return refuse(
          ErrorCode.INVALID_TIMESTAMP,
          "timestamps from %d to %d, now is %d".formatted(seen.minMs(), seen.maxMs(), nowMs));
    }
    if (seen.maxMs() != BatchHeader.maxTimestamp(batch, index)) {
      BatchHeader.setMaxTimestamp(batch, index, seen.maxMs());
    }
    return new Accepted(recordCount, BatchHeader.NO_TIMESTAMP);
  }

  /** Of records that have a timestamp; NO_TIMESTAMP twice where none has. */
  record TimestampRange(long minMs, long maxMs) {}

  private static TimestampRange ofHeader(ByteBuf batch, int index) {
    return new TimestampRange(
        BatchHeader.baseTimestamp(batch, index), BatchHeader.maxTimestamp(batch, index));
  }

  private static TimestampRange ofRecords(ByteBuf batch, int index) {
    try (RecordCursor cursor = RecordCursor.open(batch, index)) {
      return timestampsOf(cursor);
    }
  }

  /**
   * Walks over all records and holds them against the batch.
   *
   * @throws CorruptBatchException when they do not agree with it
   */
  static TimestampRange timestampsOf(RecordCursor cursor) {
    long minMs = Long.MAX_VALUE;
    long maxMs = BatchHeader.NO_TIMESTAMP;
    for (int expectedDelta = 0; cursor.next(); expectedDelta++) {
      if (cursor.offsetDelta() != expectedDelta) {
        throw new CorruptBatchException(
            "record %d has offset delta %d".formatted(expectedDelta, cursor.offsetDelta()));
      }
      if (cursor.timestampMs() != BatchHeader.NO_TIMESTAMP) {
        minMs = Math.min(minMs, cursor.timestampMs());
        maxMs = Math.max(maxMs, cursor.timestampMs());
      }
    }
    return new TimestampRange(minMs == Long.MAX_VALUE ? BatchHeader.NO_TIMESTAMP : minMs, maxMs);
  }

  static boolean isOutside(TimestampRange seen, Limits limits, long nowMs) {
    return isOutside(seen.minMs(), limits, nowMs) || isOutside(seen.maxMs(), limits, nowMs);
  }

  private static boolean isOutside(long timestampMs, Limits limits, long nowMs) {
    return timestampMs != BatchHeader.NO_TIMESTAMP
        && (saturatedDifference(nowMs, timestampMs) > limits.timestampBeforeMaxMs()
            || saturatedDifference(timestampMs, nowMs) > limits.timestampAfterMaxMs());
  }

  private static long saturatedDifference(long a, long b) {
    long difference = a - b;
    boolean overflowed = ((a ^ b) & (a ^ difference)) < 0;
    return overflowed ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
  }

  private static Refused refuse(ErrorCode errorCode, String message) {
    return new Refused(errorCode, message);
  }
}
