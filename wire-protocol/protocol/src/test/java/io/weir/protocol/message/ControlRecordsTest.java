package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a log says that a transaction has ended, compared with Kafka's client library. */
final class ControlRecordsTest {
  private static final int VERSION = 0;

  @ParameterizedTest
  @EnumSource(names = {"ABORT", "COMMIT"})
  void theKeyIsThatOfKafka(ControlRecordType outcome) {
    ControlRecordKey key = ControlRecordKey.builder().type(outcome.type()).build();

    ByteBuffer bytes = versioned(key);

    assertThat(bytes).isEqualTo(outcome.recordKey());
    assertThat(ControlRecordType.parse(bytes)).isEqualTo(outcome);
    assertThat(ControlRecordKey.read(unversioned(outcome.recordKey()), VERSION)).isEqualTo(key);
  }

  @ParameterizedTest
  @EnumSource(names = {"ABORT", "COMMIT"})
  void theValueIsThatOfKafka(ControlRecordType outcome) {
    EndTxnMarker marker = EndTxnMarker.builder().coordinatorEpoch(258).build();
    ByteBuffer theirs = new EndTransactionMarker(outcome, 258).serializeValue();

    assertThat(versioned(marker)).isEqualTo(theirs);
    assertThat(EndTxnMarker.read(unversioned(theirs), VERSION)).isEqualTo(marker);
  }

  private static ByteBuffer versioned(ProtocolMessage message) {
    ByteBuf out = Unpooled.buffer().writeShort(VERSION);
    message.write(new WireWriter(out), VERSION);
    return out.nioBuffer();
  }

  private static WireReader unversioned(ByteBuffer bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    assertThat(in.readShort()).isEqualTo((short) VERSION);
    return new WireReader(in);
  }
}
