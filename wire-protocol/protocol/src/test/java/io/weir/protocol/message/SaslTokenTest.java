package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SaslTokenTest {
  private static final byte[] PLAIN = "\0alice\0secret".getBytes(StandardCharsets.UTF_8);

  @Test
  void aFrameIsATokenAsItIs() {
    ByteBuf frame = Unpooled.copiedBuffer(PLAIN);

    SaslToken token = SaslToken.read(new WireReader(frame), 100);

    assertThat(token.bytes()).isEqualTo(ByteBuffer.wrap(PLAIN));
    assertThat(frame.isReadable()).isFalse();
    assertThat(written(token)).isEqualTo(PLAIN);
  }

  @Test
  void aTokenOutlivesItsFrame() {
    ByteBuf frame = Unpooled.copiedBuffer(PLAIN);
    SaslToken token = SaslToken.read(new WireReader(frame), 100);

    frame.setZero(0, frame.capacity());
    frame.release();

    assertThat(token.bytes()).isEqualTo(ByteBuffer.wrap(PLAIN));
  }

  @Test
  void anEmptyFrameIsAnEmptyToken() {
    assertThat(SaslToken.read(new WireReader(Unpooled.EMPTY_BUFFER), 0)).isEqualTo(SaslToken.EMPTY);
    assertThat(SaslToken.EMPTY.size()).isZero();
    assertThat(written(SaslToken.EMPTY)).isEmpty();
  }

  @Test
  void aTokenMayBeAsLongAsAllowedAndNoLonger() {
    ByteBuf frame = Unpooled.copiedBuffer(PLAIN);

    assertThatThrownBy(() -> SaslToken.read(new WireReader(frame), PLAIN.length - 1))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("token of 13 bytes, 12 allowed");
    assertThat(SaslToken.read(new WireReader(frame), PLAIN.length).size()).isEqualTo(PLAIN.length);
  }

  @Test
  void whoeverReadsATokenLeavesItAsItIs() {
    SaslToken token = new SaslToken(ByteBuffer.wrap(PLAIN));

    token.bytes().get();

    assertThat(token.bytes().remaining()).isEqualTo(PLAIN.length);
    assertThat(token.bytes().isReadOnly()).isTrue();
  }

  @Test
  void aPasswordDoesNotGetIntoALog() {
    assertThat(new SaslToken(ByteBuffer.wrap(PLAIN))).hasToString("SaslToken[13 bytes]");
  }

  private static byte[] written(SaslToken token) {
    ByteBuf out = Unpooled.buffer();
    token.write(new WireWriter(out));
    assertThat(out.readableBytes()).isEqualTo(token.size());
    return ByteBufUtil.getBytes(out);
  }
}
