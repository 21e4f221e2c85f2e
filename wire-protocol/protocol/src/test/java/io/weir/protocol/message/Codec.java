package io.weir.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Our codec, by the names of messages. */
final class Codec {
  private static final List<String> CONSUMER_PROTOCOL =
      List.of("ConsumerProtocolSubscription", "ConsumerProtocolAssignment");

  private Codec() {}

  /** A message in one of its versions. */
  record Versioned(String message, int version) {
    @Override
    public String toString() {
      return message + " " + version;
    }
  }

  /** All that clients and brokers tell each other, in all versions. */
  static Stream<Versioned> all() {
    List<Versioned> all = new ArrayList<>();
    for (ApiKey apiKey : ApiKey.values()) {
      IntStream.rangeClosed(apiKey.minVersion(), apiKey.maxVersion())
          .forEach(version -> {
            all.add(new Versioned(apiKey.apiName() + "Request", version));
            all.add(new Versioned(apiKey.apiName() + "Response", version));
          });
    }
    for (String message : CONSUMER_PROTOCOL) {
      IntStream.rangeClosed(0, 3).forEach(version -> all.add(new Versioned(message, version)));
    }
    return all.stream();
  }

  static ProtocolMessage read(Versioned versioned, ByteBuf in) {
    try {
      return (ProtocolMessage)
          Class.forName("io.weir.protocol.message." + versioned.message)
              .getMethod("read", WireReader.class, int.class)
              .invoke(null, new WireReader(in), versioned.version);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(versioned.message, e);
    }
  }

  /** Reads a message that takes all of the bytes. */
  static ProtocolMessage read(Versioned versioned, byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    ProtocolMessage message = read(versioned, in);
    if (in.isReadable()) {
      throw new AssertionError(in.readableBytes() + " bytes left over");
    }
    return message;
  }

  static byte[] write(ProtocolMessage message, int version) {
    int size = message.size(version);
    ByteBuf out = Unpooled.buffer(size);
    message.write(new WireWriter(out), version);
    if (out.readableBytes() != size) {
      throw new AssertionError(size + " bytes announced, " + out.readableBytes() + " written");
    }
    return ByteBufUtil.getBytes(out);
  }
}
