package io.weir.fuzz;

import io.weir.fuzz.FrameLaws.Frame;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.message.SaslToken;
import io.weir.protocol.wire.WireWriter;

/**
 * Any bytes as a response from a broker, or as a message that is no response: what consumers tell
 * each other, what the logs of groups and transactions hold, SASL tokens. The first two bytes are
 * the API's key or the {@link BareMessage#id}, the next two the version. {@link FrameLaws} are all
 * that holds.
 */
public final class ResponseFrameFuzzer {
  static final int PREFIX_BYTES = 4;

  /** Stands for a token of the old SASL exchange; the version then is its greatest length. */
  static final int SASL_TOKEN = 0x7fff;

  private ResponseFrameFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < PREFIX_BYTES) {
      return;
    }
    int key = unsigned(input, 0);
    int version = unsigned(input, 2);
    ApiKey apiKey = ApiKey.of(key);
    if (apiKey != null && apiKey.has(version)) {
      check(input, in -> ResponseFrame.read(apiKey, version, in));
    }
    if (key == SASL_TOKEN) {
      check(input, in -> new TokenFrame(SaslToken.read(in, version)));
    }
    BareMessage message = BareMessage.of(key);
    if (message != null && message.hasVersion(version)) {
      check(input, in -> new BareFrame(version, message.read(in, version)));
    }
  }

  private static void check(byte[] input, FrameLaws.Reader reader) {
    FrameLaws.check(input, PREFIX_BYTES, reader, frame -> {});
  }

  private static int unsigned(byte[] bytes, int at) {
    return Byte.toUnsignedInt(bytes[at]) << 8 | Byte.toUnsignedInt(bytes[at + 1]);
  }

  private record TokenFrame(SaslToken token) implements Frame {
    @Override
    public int size() {
      return token.size();
    }

    @Override
    public void write(WireWriter out) {
      token.write(out);
    }

    @Override
    public void releaseRecords() {}
  }

  /** A message without a head. */
  private record BareFrame(int version, ProtocolMessage message) implements Frame {
    @Override
    public int size() {
      return message.size(version);
    }

    @Override
    public void write(WireWriter out) {
      message.write(out, version);
    }

    @Override
    public void releaseRecords() {
      message.releaseRecords();
    }
  }
}
