package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchValidator.Limits;

/**
 * Gives a batch that {@link BatchValidator} has accepted another codec. Its records stay as they
 * are, to the byte, and so do its offsets, producer and kind; what the validator could not look at
 * because it was compressed is judged here: every record's size, offset delta, header count and
 * timestamp. Where the producer's timestamps count, the header's largest is made that of the
 * records. Stateless.
 */
public final class BatchRecompression {
  private BatchRecompression() {}

  /** What became of a batch. */
  public sealed interface Result {}

  /**
   * The batch in the other codec.
   *
   * @param batch a buffer of its own, which the caller releases
   */
  public record Recompressed(ByteBuf batch) implements Result {}

  /** The batch may not be appended; the error is the answer to its sender. */
  public record Refused(ErrorCode errorCode, String message) implements Result {}

  /**
   * Takes memory for the decompressed records, for what comes of them, and no more: the records of
   * a batch come to what {@link RecordCursor} allows, or to the largest batch where they are to be
   * stored as they are.
   *
   * @param batch one batch from the reader index on; only read
   * @param limits of the topic; they hold for the batch in its new codec as well
   * @param nowMs wall clock, for timestamps
   */
  public static Result recompress(
      ByteBuf batch, Compression target, Limits limits, long nowMs, ByteBufAllocator allocator) {
    int index = batch.readerIndex();
    try (RecordCursor records = open(batch, index, target, limits, allocator)) {
      ByteBuf plain =
          records.isDecompressed()
              ? records.buffer().duplicate()
              : batch.slice(
                  index + BatchHeader.SIZE,
                  BatchHeader.sizeInBytes(batch, index) - BatchHeader.SIZE);
      BatchValidator.TimestampRange seen = BatchValidator.timestampsOf(records);
      boolean producersTime = BatchHeader.timestampType(batch, index) == TimestampType.CREATE_TIME;
      if (producersTime && BatchValidator.isOutside(seen, limits, nowMs)) {
        return new Refused(
            ErrorCode.INVALID_TIMESTAMP,
            "timestamps from %d to %d, now is %d".formatted(seen.minMs(), seen.maxMs(), nowMs));
      }
      long maxTimestampMs = producersTime ? seen.maxMs() : BatchHeader.maxTimestamp(batch, index);
      return encode(batch, plain, target, maxTimestampMs, limits.maxMessageBytes(), allocator);
    } catch (OversizedBatchException e) {
      return new Refused(ErrorCode.MESSAGE_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (CorruptBatchException e) {
      return new Refused(ErrorCode.INVALID_RECORD, String.valueOf(e.getMessage()));
    }
  }

  private static RecordCursor open(
      ByteBuf batch, int index, Compression target, Limits limits, ByteBufAllocator allocator) {
    if (target.type() != CompressionType.NONE) {
      return RecordCursor.open(batch, index);
    }
    int maxBytes =
        Math.clamp(limits.maxMessageBytes() - (long) BatchHeader.SIZE, 0, RecordCursor.MAX_BYTES);
    return RecordCursor.open(batch, index, maxBytes, allocator);
  }

  private static Result encode(
      ByteBuf batch,
      ByteBuf plain,
      Compression target,
      long maxTimestampMs,
      int maxMessageBytes,
      ByteBufAllocator allocator) {
    int firstBytes = BatchHeader.SIZE + plain.readableBytes() / 4;
    ByteBuf out = allocator.directBuffer(firstBytes);
    boolean done = false;
    try {
      out.writeBytes(batch, batch.readerIndex(), BatchHeader.SIZE);
      target.compress(plain, out);
      if (out.readableBytes() > maxMessageBytes) {
        return new Refused(
            ErrorCode.MESSAGE_TOO_LARGE,
            "a batch of %d bytes, as %s; max.message.bytes is %d"
                .formatted(out.readableBytes(), target.type(), maxMessageBytes));
      }
      int attributes = BatchHeader.attributes(out, 0) & ~BatchHeader.COMPRESSION_MASK;
      out.setShort(BatchHeader.ATTRIBUTES_AT, attributes | target.type().id());
      out.setInt(BatchHeader.LENGTH_AT, out.readableBytes() - BatchHeader.LENGTH_OVERHEAD);
      BatchHeader.setMaxTimestamp(out, 0, maxTimestampMs);
      done = true;
      return new Recompressed(out);
    } finally {
      if (!done) {
        out.release();
      }
    }
  }
}
