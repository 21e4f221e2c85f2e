package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.RepeatedString;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RequestHeadTest {
  @Test
  void aRequestThatIsServedHasAHeaderThatKafkaWouldWriteToo() {
    for (ApiKey apiKey : ApiKey.values()) {
      for (int version = apiKey.minVersion(); version <= apiKey.maxVersion(); version++) {
        RequestHeader header = new RequestHeader(apiKey, version, 42, "a client");
        ByteBuf out = Unpooled.buffer();
        header.write(new WireWriter(out));

        assertThat(out.readableBytes()).isEqualTo(header.size());
        assertThat(kafkas(header)).isEqualTo(out.nioBuffer());
        assertThat(RequestHeader.read(new WireReader(out))).isEqualTo(header);
        assertThat(out.isReadable()).isFalse();
      }
    }
  }

  @Test
  void aClientIdThatIsAtHandIsNotMadeAnew() {
    RepeatedString atHand = RepeatedString.of("client-1");

    assertThat(readWith(atHand, "client-1").clientId()).isSameAs(atHand.value());
  }

  @Test
  void whatIsAtHandChangesNothingOfWhatIsRead() {
    List<String> atHand = List.of("client-1", "", "client-é", "a client-1 of 16", "c");
    for (String likely : atHand) {
      for (String sent :
          new String[] {
            "client-1", "client-10", "client", "client-é", "", null, "a client-1 of 17", "c"
          }) {
        assertThat(readWith(RepeatedString.of(likely), sent).clientId()).isEqualTo(sent);
      }
    }
  }

  @Test
  void aFrameThatEndsInsideAClientIdIsMalformedWhateverIsAtHand() {
    for (int left = 0; left < 2 + "client-1".length(); left++) {
      ByteBuf frame = frame("client-1");
      frame.writerIndex(8 + left);

      assertThatThrownBy(
              () -> RequestHead.read(new WireReader(frame), RepeatedString.of("client-1")))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private static RequestHeader readWith(RepeatedString likely, @Nullable String sent) {
    ByteBuf frame = frame(sent);
    RequestHeader header = (RequestHeader) RequestHead.read(new WireReader(frame), likely);
    assertThat(frame.isReadable()).isFalse();
    return header;
  }

  private static ByteBuf frame(@Nullable String clientId) {
    ByteBuf frame = Unpooled.buffer();
    new RequestHeader(ApiKey.API_VERSIONS, 0, 42, clientId).write(new WireWriter(frame));
    return frame;
  }

  @Test
  void headersOfResponsesHaveTheVersionsOfKafka() {
    for (ApiKey apiKey : ApiKey.values()) {
      ApiKeys theirs = ApiKeys.forId(apiKey.key());
      for (int version = theirs.oldestVersion(); version <= apiKey.maxVersion(); version++) {
        assertThat(apiKey.responseHeaderVersion(version))
            .as("%s %d", apiKey, version)
            .isEqualTo(theirs.responseHeaderVersion((short) version));
      }
    }
  }

  @Test
  void aVersionThatIsNotServedIsAValueForTheNetworkLayer() {
    ByteBuf in = Unpooled.buffer().writeShort(18).writeShort(99).writeInt(7).writeShort(-1);

    assertThat(RequestHeader.read(new WireReader(in)))
        .isEqualTo(new RequestHead.UnknownVersion(ApiKey.API_VERSIONS, 99, 7));
  }

  @Test
  void anApiThatIsNotServedIsAValueForTheNetworkLayer() {
    ByteBuf in = Unpooled.buffer().writeShort(4711).writeShort(0).writeInt(7);

    assertThat(RequestHeader.read(new WireReader(in)))
        .isEqualTo(new RequestHead.UnknownApi(4711, 0, 7));
  }

  @Test
  void aFrameWithoutAHeadIsMalformed() {
    ByteBuf in = Unpooled.buffer().writeShort(18).writeShort(0).writeShort(0);

    assertThatThrownBy(() -> RequestHeader.read(new WireReader(in)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void keysOutsideOfTheTableAreUnknown() {
    assertThat(ApiKey.of(-1)).isNull();
    assertThat(ApiKey.of(4)).isNull();
    assertThat(ApiKey.of(Integer.MAX_VALUE)).isNull();
    assertThat(ApiKey.of(1)).isEqualTo(ApiKey.FETCH);
  }

  @Test
  void produceIsListedFromZeroButServedFromThree() {
    assertThat(ApiKey.PRODUCE.minVersion()).isZero();
    assertThat(ApiKey.PRODUCE.serves(2)).isFalse();
    assertThat(ApiKey.PRODUCE.serves(3)).isTrue();
  }

  private static ByteBuffer kafkas(RequestHeader header) {
    org.apache.kafka.common.message.RequestHeaderData data =
        new org.apache.kafka.common.message.RequestHeaderData()
            .setRequestApiKey((short) header.apiKey().key())
            .setRequestApiVersion((short) header.version())
            .setCorrelationId(header.correlationId())
            .setClientId(header.clientId());
    short version = (short) header.apiKey().requestHeaderVersion(header.version());
    return org.apache.kafka.common.protocol.MessageUtil.toByteBufferAccessor(data, version)
        .buffer();
  }
}
