package io.weir.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class BatchValidatorTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final BatchValidator.Limits LIMITS =
      new BatchValidator.Limits(2000, TimestampType.CREATE_TIME, 1000, 500);

  /** A batch of three records on the heap, so that nothing has to be released. */
  private static ByteBuf batch() {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(new UnpooledByteBufAllocator(false))) {
      for (int i = 0; i < 3; i++) {
        builder.append(
            NOW_MS + i, null, utf8("value " + i), List.of(new BatchRecord.Header("h", utf8("x"))));
      }
      return builder.build();
    }
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ErrorCode verdict(ByteBuf batch) {
    return switch (BatchValidator.admit(batch, LIMITS, NOW_MS)) {
      case BatchValidator.Accepted accepted -> ErrorCode.NONE;
      case BatchValidator.Refused refused -> refused.errorCode();
    };
  }

  /** The verdict on a batch that was changed, and whose CRC says that it was written so. */
  private static ErrorCode verdictAfter(Consumer<ByteBuf> change) {
    ByteBuf batch = batch();
    change.accept(batch);
    batch.setInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0));
    return verdict(batch);
  }

  @Test
  void aGoodBatchIsAcceptedWhereverItLiesInItsBuffer() {
    ByteBuf padded = Unpooled.buffer().writeZero(13);
    padded.writeBytes(batch());
    padded.skipBytes(13);
    assertThat(verdict(padded)).isEqualTo(ErrorCode.NONE);
    assertThat(padded.readerIndex()).isEqualTo(13);
  }

  @Test
  void oldFormatsAreRefusedAsSuchAndUnknownOnesAsDamage() {
    assertThat(verdictAfter(b -> b.setByte(16, 0)))
        .isEqualTo(ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
    assertThat(verdictAfter(b -> b.setByte(16, 1)))
        .isEqualTo(ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
    assertThat(verdictAfter(b -> b.setByte(16, 3))).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
  }

  /** Messages of format 0 or 1: offset, size, CRC, format, attributes, [time], key, value. */
  private static ByteBuf messageSet(int format, int messages) {
    ByteBuf set = Unpooled.buffer();
    for (int i = 0; i < messages; i++) {
      int size = 4 + 1 + 1 + format * 8 + 4 + 4 + 5;
      set.writeLong(i).writeInt(size).writeInt(0).writeByte(format).writeByte(0);
      set.writeZero(format * 8).writeInt(-1).writeInt(5).writeZero(5);
    }
    return set;
  }

  @Test
  void setsOfOldMessagesAreRefusedAsSuchHoweverManyAndHoweverLittleOfThemCame() {
    for (int format = 0; format < 2; format++) {
      for (int messages = 1; messages < 4; messages++) {
        ByteBuf set = messageSet(format, messages);
        for (int size = 0; size <= set.readableBytes(); size++) {
          assertThat(verdict(set.copy(0, size)))
              .isEqualTo(
                  size < BatchHeader.MAGIC_END
                      ? ErrorCode.CORRUPT_MESSAGE
                      : ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
        }
        assertThat(verdict(Unpooled.wrappedBuffer(set, batch())))
            .isEqualTo(ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
        assertThat(verdict(Unpooled.wrappedBuffer(batch(), set)))
            .isEqualTo(ErrorCode.INVALID_RECORD);
      }
    }
  }

  @Test
  void aBatchThatIsCutOffAnywhereIsRefused() {
    ByteBuf batch = batch();
    for (int size = 0; size < batch.readableBytes(); size++) {
      assertThat(verdict(batch.copy(0, size))).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }
  }

  @Test
  void anyFlippedBitUnderTheCrcIsFound() {
    ByteBuf batch = batch();
    for (int bit = BatchHeader.CRC_AT * 8; bit < batch.readableBytes() * 8; bit++) {
      ByteBuf flipped = batch.copy();
      flipped.setByte(bit / 8, flipped.getByte(bit / 8) ^ (1 << (bit % 8)));
      assertThat(verdict(flipped)).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }
  }

  @Test
  void lyingLengthsAreRefused() {
    for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 48, 1000, Integer.MAX_VALUE}) {
      ByteBuf batch = batch();
      batch.setInt(BatchHeader.LENGTH_AT, length);
      assertThat(verdict(batch)).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }
  }

  @Test
  void lyingCountsAreRefused() {
    for (int count : new int[] {Integer.MIN_VALUE, -1, 0, 2, 4, Integer.MAX_VALUE}) {
      assertThat(verdictAfter(b -> b.setInt(BatchHeader.RECORD_COUNT_AT, count)))
          .isEqualTo(ErrorCode.INVALID_RECORD);
      assertThat(
              verdictAfter(b -> {
                b.setInt(BatchHeader.RECORD_COUNT_AT, count);
                b.setInt(BatchHeader.LAST_OFFSET_DELTA_AT, count - 1);
              }))
          .isEqualTo(ErrorCode.INVALID_RECORD);
    }
  }

  @Test
  void aTooLargeBatchIsRefused() {
    BatchValidator.Limits small =
        new BatchValidator.Limits(
            batch().readableBytes() - 1, TimestampType.CREATE_TIME, 1000, 500);
    assertThat(BatchValidator.admit(batch(), small, NOW_MS))
        .isInstanceOfSatisfying(
            BatchValidator.Refused.class,
            refused -> assertThat(refused.errorCode()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
  }

  @Test
  void twoBatchesAtOnceAreRefused() {
    assertThat(verdict(Unpooled.wrappedBuffer(batch(), batch())))
        .isEqualTo(ErrorCode.INVALID_RECORD);
  }

  @Test
  void whatOnlyBrokersMayWriteIsRefused() {
    assertThat(verdictAfter(b -> b.setShort(BatchHeader.ATTRIBUTES_AT, BatchHeader.CONTROL_BIT)))
        .isEqualTo(ErrorCode.INVALID_RECORD);
    assertThat(
            verdictAfter(
                b -> b.setShort(BatchHeader.ATTRIBUTES_AT, BatchHeader.DELETE_HORIZON_BIT)))
        .isEqualTo(ErrorCode.INVALID_RECORD);
    assertThat(
            verdictAfter(b -> b.setShort(BatchHeader.ATTRIBUTES_AT, BatchHeader.APPEND_TIME_BIT)))
        .isEqualTo(ErrorCode.INVALID_TIMESTAMP);
  }

  @Test
  void anUnknownCodecIsRefused() {
    for (int codec = 5; codec < 8; codec++) {
      int id = codec;
      assertThat(verdictAfter(b -> b.setShort(BatchHeader.ATTRIBUTES_AT, id)))
          .isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
    }
  }

  @Test
  void aProducerIdNeedsASequenceAndATransactionAProducerId() {
    assertThat(verdictAfter(b -> b.setLong(BatchHeader.PRODUCER_ID_AT, 5)))
        .isEqualTo(ErrorCode.INVALID_RECORD);
    assertThat(
            verdictAfter(b -> b.setShort(BatchHeader.ATTRIBUTES_AT, BatchHeader.TRANSACTIONAL_BIT)))
        .isEqualTo(ErrorCode.INVALID_RECORD);
  }

  @Test
  void timestampsOutOfBoundsAreRefused() {
    assertThat(BatchValidator.admit(batch(), LIMITS, NOW_MS + 1001))
        .isInstanceOf(BatchValidator.Refused.class);
    assertThat(BatchValidator.admit(batch(), LIMITS, NOW_MS + 1000))
        .isInstanceOf(BatchValidator.Accepted.class);
    assertThat(BatchValidator.admit(batch(), LIMITS, NOW_MS - 498))
        .isInstanceOf(BatchValidator.Accepted.class);
    assertThat(BatchValidator.admit(batch(), LIMITS, NOW_MS - 499))
        .isInstanceOf(BatchValidator.Refused.class);
    for (long extreme : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(verdictAfter(b -> b.setLong(BatchHeader.BASE_TIMESTAMP_AT, extreme)))
          .isEqualTo(ErrorCode.INVALID_TIMESTAMP);
    }
  }

  @Test
  void aMaximumTimestampThatIsNotThatOfTheRecordsIsPutRight() {
    ByteBuf batch = batch();
    BatchHeader.setMaxTimestamp(batch, 0, NOW_MS + 400);
    assertThat(verdict(batch)).isEqualTo(ErrorCode.NONE);
    assertThat(BatchHeader.maxTimestamp(batch, 0)).isEqualTo(NOW_MS + 2);
    assertThat(BatchHeader.isCrcValid(batch, 0)).isTrue();
  }

  @Test
  void whateverStandsWhereTheRecordsShouldBeIsJudgedWithoutReadingPastIt() {
    Random random = new Random(11);
    ByteBuf good = batch();
    for (int run = 0; run < 20_000; run++) {
      ByteBuf batch = good.copy();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = BatchHeader.SIZE + random.nextInt(batch.readableBytes() - BatchHeader.SIZE);
        batch.setByte(at, random.nextInt(3) == 0 ? 0xff : random.nextInt(256));
      }
      batch.setInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0));
      // Behind the batch there is nothing that could be read: an attempt would end in an exception
      // of the buffer.
      ByteBuf exact = batch.capacity(batch.readableBytes());
      assertThat(verdict(exact))
          .isIn(ErrorCode.NONE, ErrorCode.INVALID_RECORD, ErrorCode.INVALID_TIMESTAMP);
    }
  }
}
