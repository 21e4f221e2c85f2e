package io.weir.fuzz;

import io.weir.fuzz.FrameLaws.Frame;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.wire.WireWriter;

/**
 * Any bytes as a response from a broker, or as a message that is no response: what consumers tell
 * each other, what the logs of groups and transactions hold. The first two bytes are the API's key
 * or the {@link BareMessage#id}, the next two the version. {@link FrameLaws} are all that holds.
 */
public final class ResponseFrameFuzzer {
  static final int PREFIX_BYTES = 4;

  private ResponseFrameFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < PREFIX_BYTES) {
      return;
    }
    int key = unsigned(input, 0);
    int version = unsigned(input, 2);
    ApiKey apiKey = ApiKey.of(key);
    if (apiKey != null && apiKey.serves(version)) {
      check(input, in -> ResponseFrame.read(apiKey, version, in));
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
