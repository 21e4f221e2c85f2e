package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a record batch of format v2, read and changed where they lie: every method takes the
 * buffer and the index of the batch's first byte, and moves neither reader nor writer index.
 * Nothing is checked here; {@link BatchValidator} does that for what comes from outside.
 *
 * <p>Stateless, so thread-safe as far as the buffer is.
 *
 * <pre>
 *  0 baseOffset int64            21 attributes int16        43 producerId int64
 *  8 batchLength int32           23 lastOffsetDelta int32   51 producerEpoch int16
 * 12 partitionLeaderEpoch int32  27 baseTimestamp int64     53 baseSequence int32
 * 16 magic int8                  35 maxTimestamp int64      57 recordCount int32
 * 17 crc uint32 (from 21 on)                                61 records
 * </pre>
 */
public final class BatchHeader {
  /** Bytes before the first record. */
  public static final int SIZE = 61;

  /** Bytes before what {@code batchLength} counts. */
  public static final int LENGTH_OVERHEAD = 12;

  /** Bytes that must be there before {@link #magic} can be read, in any format. */
  public static final int MAGIC_END = 17;

  public static final byte MAGIC = 2;
  public static final long NO_TIMESTAMP = -1;
  public static final long NO_PRODUCER_ID = -1;
  public static final short NO_PRODUCER_EPOCH = -1;
  public static final int NO_SEQUENCE = -1;

  static final int LENGTH_AT = 8;
  static final int LEADER_EPOCH_AT = 12;
  static final int MAGIC_AT = 16;
  static final int CRC_AT = 17;
  static final int ATTRIBUTES_AT = 21;
  static final int LAST_OFFSET_DELTA_AT = 23;
  static final int BASE_TIMESTAMP_AT = 27;
  static final int MAX_TIMESTAMP_AT = 35;
  static final int PRODUCER_ID_AT = 43;
  static final int PRODUCER_EPOCH_AT = 51;
  static final int BASE_SEQUENCE_AT = 53;
  static final int RECORD_COUNT_AT = 57;

  static final int COMPRESSION_MASK = 0x07;
  static final int APPEND_TIME_BIT = 0x08;
  static final int TRANSACTIONAL_BIT = 0x10;
  static final int CONTROL_BIT = 0x20;
  static final int DELETE_HORIZON_BIT = 0x40;

  private BatchHeader() {}

  public static long baseOffset(ByteBuf buffer, int index) {
    return buffer.getLong(index);
  }

  /** Bytes of the batch after this field; {@link #sizeInBytes} is the whole. */
  public static int batchLength(ByteBuf buffer, int index) {
    return buffer.getInt(index + LENGTH_AT);
  }

  /** Bytes of the whole batch; overflows where {@link #batchLength} lies, so check that first. */
  public static int sizeInBytes(ByteBuf buffer, int index) {
    return batchLength(buffer, index) + LENGTH_OVERHEAD;
  }

  public static int partitionLeaderEpoch(ByteBuf buffer, int index) {
    return buffer.getInt(index + LEADER_EPOCH_AT);
  }

  public static byte magic(ByteBuf buffer, int index) {
    return buffer.getByte(index + MAGIC_AT);
  }

  /** The stored CRC-32C, as the 32 bits that it is. */
  public static int crc(ByteBuf buffer, int index) {
    return buffer.getInt(index + CRC_AT);
  }

  public static short attributes(ByteBuf buffer, int index) {
    return buffer.getShort(index + ATTRIBUTES_AT);
  }

  public static int lastOffsetDelta(ByteBuf buffer, int index) {
    return buffer.getInt(index + LAST_OFFSET_DELTA_AT);
  }

  public static long lastOffset(ByteBuf buffer, int index) {
    return baseOffset(buffer, index) + lastOffsetDelta(buffer, index);
  }

  /** The offset after the batch's last one. */
  public static long nextOffset(ByteBuf buffer, int index) {
    return lastOffset(buffer, index) + 1;
  }

  /**
   * What the records' timestamps are counted from: the first one's, or the {@linkplain
   * #deleteHorizonMs delete horizon}.
   */
  public static long baseTimestamp(ByteBuf buffer, int index) {
    return buffer.getLong(index + BASE_TIMESTAMP_AT);
  }

  public static long maxTimestamp(ByteBuf buffer, int index) {
    return buffer.getLong(index + MAX_TIMESTAMP_AT);
  }

  /** {@link #NO_PRODUCER_ID} where the producer is not idempotent. */
  public static long producerId(ByteBuf buffer, int index) {
    return buffer.getLong(index + PRODUCER_ID_AT);
  }

  public static boolean hasProducerId(ByteBuf buffer, int index) {
    return producerId(buffer, index) > NO_PRODUCER_ID;
  }

  public static short producerEpoch(ByteBuf buffer, int index) {
    return buffer.getShort(index + PRODUCER_EPOCH_AT);
  }

  public static int baseSequence(ByteBuf buffer, int index) {
    return buffer.getInt(index + BASE_SEQUENCE_AT);
  }

  public static int recordCount(ByteBuf buffer, int index) {
    return buffer.getInt(index + RECORD_COUNT_AT);
  }

  /** The codec's number as the batch has it; {@link #compressionType} names it. */
  public static int compressionId(ByteBuf buffer, int index) {
    return attributes(buffer, index) & COMPRESSION_MASK;
  }

  /** Null where the number stands for no codec. */
  public static @Nullable CompressionType compressionType(ByteBuf buffer, int index) {
    return CompressionType.of(compressionId(buffer, index));
  }

  public static boolean isCompressed(ByteBuf buffer, int index) {
    return compressionId(buffer, index) != 0;
  }

  public static TimestampType timestampType(ByteBuf buffer, int index) {
    return (attributes(buffer, index) & APPEND_TIME_BIT) == 0
        ? TimestampType.CREATE_TIME
        : TimestampType.LOG_APPEND_TIME;
  }

  public static boolean isTransactional(ByteBuf buffer, int index) {
    return (attributes(buffer, index) & TRANSACTIONAL_BIT) != 0;
  }

  public static boolean isControl(ByteBuf buffer, int index) {
    return (attributes(buffer, index) & CONTROL_BIT) != 0;
  }

  /** Whether compaction has noted in the base timestamp when the batch's tombstones may go. */
  public static boolean hasDeleteHorizon(ByteBuf buffer, int index) {
    return (attributes(buffer, index) & DELETE_HORIZON_BIT) != 0;
  }

  /** When tombstones, and markers of transactions, may go; -1 where that is not known yet. */
  public static long deleteHorizonMs(ByteBuf buffer, int index) {
    return hasDeleteHorizon(buffer, index) ? baseTimestamp(buffer, index) : NO_TIMESTAMP;
  }

  /** CRC-32C of the batch from its attributes to its end, which must all be in the buffer. */
  public static int computeCrc(ByteBuf buffer, int index) {
    int start = index + ATTRIBUTES_AT;
    int length = sizeInBytes(buffer, index) - ATTRIBUTES_AT;
    CRC32C crc = new CRC32C();
    if (buffer.nioBufferCount() == 1) {
      crc.update(buffer.nioBuffer(start, length));
    } else {
      for (ByteBuffer part : buffer.nioBuffers(start, length)) {
        crc.update(part);
      }
    }
    return (int) crc.getValue();
  }

  /** Whether the stored CRC is that of the bytes, which must all be in the buffer. */
  public static boolean isCrcValid(ByteBuf buffer, int index) {
    return crc(buffer, index) == computeCrc(buffer, index);
  }

  /** Gives the batch its place in the log. Both fields lie outside what the CRC covers. */
  public static void assignOffsets(ByteBuf buffer, int index, long baseOffset, int leaderEpoch) {
    buffer.setLong(index, baseOffset);
    buffer.setInt(index + LEADER_EPOCH_AT, leaderEpoch);
  }

  /**
   * Makes the leader's append time the timestamp of all records of the batch, and the CRC right
   * again.
   */
  public static void stampAppendTime(ByteBuf buffer, int index, long appendTimeMs) {
    buffer.setShort(index + ATTRIBUTES_AT, attributes(buffer, index) | APPEND_TIME_BIT);
    setMaxTimestamp(buffer, index, appendTimeMs);
  }

  /** Replaces the maximum timestamp, and makes the CRC right again. */
  public static void setMaxTimestamp(ByteBuf buffer, int index, long maxTimestampMs) {
    buffer.setLong(index + MAX_TIMESTAMP_AT, maxTimestampMs);
    buffer.setInt(index + CRC_AT, computeCrc(buffer, index));
  }

  /**
   * Whether the batch only covers offsets whose records compaction has removed: no records, no
   * producer, no marker.
   */
  public static boolean isFiller(ByteBuf buffer, int index) {
    return recordCount(buffer, index) == 0
        && !hasProducerId(buffer, index)
        && !isControl(buffer, index);
  }

  /**
   * Makes a {@linkplain #isFiller filler} begin at a later one of its offsets, and the CRC right
   * again.
   */
  public static void shortenFiller(ByteBuf buffer, int index, long newBaseOffset) {
    long last = lastOffset(buffer, index);
    if (!isFiller(buffer, index) || newBaseOffset < baseOffset(buffer, index)) {
      throw new IllegalArgumentException("not a filler that covers " + newBaseOffset);
    }
    if (newBaseOffset > last) {
      throw new IllegalArgumentException("a filler up to " + last + ", not " + newBaseOffset);
    }
    buffer.setLong(index, newBaseOffset);
    buffer.setInt(index + LAST_OFFSET_DELTA_AT, (int) (last - newBaseOffset));
    buffer.setInt(index + CRC_AT, computeCrc(buffer, index));
  }
}
