package io.weir.protocol.message;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.jspecify.annotations.Nullable;

/** The codec of Kafka's own client library. Public for {@link OldKafka}. */
public final class KafkaReference implements Reference {
  public KafkaReference() {}

  @Override
  public boolean has(String message, int version) {
    return schema(message, version) != null;
  }

  @Override
  public byte[] random(String message, int version, long seed) {
    Schema schema = schema(message, version);
    if (schema == null) {
      throw new IllegalArgumentException(message + " version " + version);
    }
    return new KafkaRandomBytes(new Random(seed)).of(schema);
  }

  @Override
  public byte[] roundTrip(String message, int version, byte[] bytes) {
    Message decoded = create(message);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    decoded.read(new ByteBufferAccessor(in), (short) version);
    if (in.hasRemaining()) {
      throw new IllegalStateException(in.remaining() + " bytes left over");
    }
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer out = ByteBuffer.allocate(decoded.size(cache, (short) version));
    decoded.write(new ByteBufferAccessor(out), cache, (short) version);
    return out.array();
  }

  private static @Nullable Schema schema(String message, int version) {
    try {
      Field field = type(message).getField("SCHEMAS");
      Schema[] schemas = (Schema[]) field.get(null);
      return schemas != null && version < schemas.length ? schemas[version] : null;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(message, e);
    }
  }

  private static Message create(String message) {
    try {
      return (Message) type(message).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(message, e);
    }
  }

  private static Class<?> type(String message) throws ClassNotFoundException {
    String suffix = message.endsWith("Request") || message.endsWith("Response") ? "Data" : "";
    return Class.forName("org.apache.kafka.common.message." + message + suffix);
  }
}
