package io.weir.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import io.weir.schema.model.Message;
import java.lang.reflect.InvocationTargetException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Our codec, by the names of messages. */
final class Codec {
  private Codec() {}

  /** A message in one of its versions. */
  record Versioned(String message, int version) {
    @Override
    public String toString() {
      return message + " " + version;
    }
  }

  /** All messages in all versions: requests and responses by key, and then those of no API. */
  static Stream<Versioned> all() {
    return Stream.concat(
            Definitions.apis().stream().flatMap(api -> Stream.of(api.request(), api.response())),
            Definitions.SCHEMA.messages().stream())
        .flatMap(Codec::versions);
  }

  private static Stream<Versioned> versions(Message message) {
    return IntStream.rangeClosed(message.versions().lowest(), message.versions().highest())
        .mapToObj(version -> new Versioned(message.name(), version));
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
