package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.FieldNotInVersionException;
import io.weir.protocol.wire.WireReader;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The records of __transaction_state, byte by byte, since other tools read them. */
final class TransactionRecordsTest {
  private static final TransactionLogValue OPEN =
      TransactionLogValue.builder()
          .producerId(7)
          .producerEpoch((short) 2)
          .transactionTimeoutMs(60_000)
          .transactionStatus((byte) 1)
          .transactionPartitions(
              List.of(
                  TransactionLogValue.Topic.builder()
                      .topic("t")
                      .partitionIds(List.of(0, 3))
                      .build()))
          .transactionLastUpdateTimestampMs(258)
          .transactionStartTimestampMs(257)
          .build();

  @Test
  void theKeyOfATransactionalId() {
    TransactionLogKey key = TransactionLogKey.builder().transactionalId("tx").build();

    assertThat(hex(key, 0)).isEqualTo("00027478");
  }

  @Test
  void anOpenTransactionInTheOldVersion() {
    assertThat(hex(OPEN, 0))
        .isEqualTo(
            "0000000000000007"
                + "0002"
                + "0000ea60"
                + "01"
                + ("00000001" + "000174" + "00000002" + "00000000" + "00000003")
                + "0000000000000102"
                + "0000000000000101");
  }

  @Test
  void anOpenTransactionInTheFlexibleVersion() {
    assertThat(hex(OPEN, 1))
        .isEqualTo(
            "0000000000000007"
                + "0002"
                + "0000ea60"
                + "01"
                + ("02" + "0274" + "03" + "00000000" + "00000003" + "00")
                + "0000000000000102"
                + "0000000000000101"
                + "00");
  }

  @Test
  void theProducersIdsAroundThePresentOneAreTaggedInTheOrderOfTheirTags() {
    TransactionLogValue ending =
        TransactionLogValue.builder()
            .producerId(7)
            .previousProducerId(5)
            .nextProducerId(9)
            .producerEpoch((short) 2)
            .nextProducerEpoch((short) 0)
            .transactionStatus((byte) 2)
            .transactionPartitions(null)
            .transactionStartTimestampMs(-1)
            .clientTransactionVersion((short) 2)
            .build();

    assertThat(hex(ending, 1))
        .isEqualTo(
            "0000000000000007"
                + "0002"
                + "00000000"
                + "02"
                + "00"
                + "0000000000000000"
                + "ffffffffffffffff"
                + "04"
                + ("00" + "08" + "0000000000000005")
                + ("01" + "08" + "0000000000000009")
                + ("02" + "02" + "0002")
                + ("03" + "02" + "0000"));
    assertComesBack(ending, 1);
  }

  @Test
  void theStateComesBackAsItWas() {
    assertComesBack(OPEN, 0);
    assertComesBack(OPEN, 1);
  }

  @Test
  void theOldVersionCannotTellWithWhichIdAProducerGoesOn() {
    TransactionLogValue ending = OPEN.toBuilder().nextProducerId(9).build();

    assertThatThrownBy(() -> Codec.write(ending, 0))
        .isInstanceOf(FieldNotInVersionException.class)
        .hasMessageContaining("nextProducerId");
  }

  private static void assertComesBack(TransactionLogValue value, int version) {
    byte[] bytes = Codec.write(value, version);
    assertThat(TransactionLogValue.read(new WireReader(Unpooled.wrappedBuffer(bytes)), version))
        .isEqualTo(value);
  }

  private static String hex(ProtocolMessage message, int version) {
    return HexFormat.of().formatHex(Codec.write(message, version));
  }
}
