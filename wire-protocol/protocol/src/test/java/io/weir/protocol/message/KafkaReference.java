package io.weir.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.jspecify.annotations.Nullable;

/** The codec of Kafka's own libraries. Public for {@link OldKafka}. */
public final class KafkaReference implements Reference {
  private static final List<String> CLASSES =
      List.of(
          "org.apache.kafka.common.message.%sData",
          "org.apache.kafka.common.message.%s",
          "org.apache.kafka.coordinator.group.generated.%s",
          "org.apache.kafka.coordinator.transaction.generated.%s");

  /** Messages that have another name here. */
  private static final Map<String, String> RENAMED_MESSAGES =
      Map.of("ControlRecordKey", "ControlRecordTypeSchema");

  /** Fields that have another name here, because generated methods use theirs. */
  static final Map<String, String> RENAMED_FIELDS =
      Map.of("ConsumerGroupRegularExpressionValue.metadataVersion", "version");

  private final Map<String, Optional<Class<?>>> types = new ConcurrentHashMap<>();
  private final Map<String, Method> converters = new ConcurrentHashMap<>();

  public KafkaReference() {}

  @Override
  public boolean has(String message, int version) {
    return schema(message, version) != null;
  }

  @Override
  public byte[] random(String message, int version, long seed, boolean unknownTags) {
    Schema schema = schema(message, version);
    if (schema == null) {
      throw new IllegalArgumentException(message + " version " + version);
    }
    return new KafkaRandomBytes(new Random(seed), unknownTags).of(schema);
  }

  @Override
  public byte[] roundTrip(String message, int version, byte[] bytes) {
    Message decoded = read(message, version, bytes);
    short theirVersion = theirVersion(message, version);
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer out = ByteBuffer.allocate(decoded.size(cache, theirVersion));
    decoded.write(new ByteBufferAccessor(out), cache, theirVersion);
    return out.array();
  }

  @Override
  public Map<String, @Nullable Object> fields(String message, int version, byte[] bytes) {
    Message decoded = read(message, version, bytes);
    try {
      JsonNode json =
          (JsonNode)
              converters
                  .computeIfAbsent(message, KafkaReference.this::converter)
                  .invoke(null, decoded, theirVersion(message, version), false);
      Map<String, @Nullable Object> fields = struct(json);
      RENAMED_FIELDS.forEach((ours, theirs) -> {
        if (ours.startsWith(message + ".") && fields.containsKey(theirs)) {
          fields.put(ours.substring(message.length() + 1), fields.remove(theirs));
        }
      });
      return fields;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(message + " version " + version, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(message, e);
    }
  }

  @Override
  public @Nullable String definition(String message) {
    String file = "common/message/" + theirName(message) + ".json";
    try (InputStream in = KafkaReference.class.getClassLoader().getResourceAsStream(file)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int requestHeaderVersion(int apiKey, int version) {
    return ApiMessageType.fromApiKey((short) apiKey).requestHeaderVersion((short) version);
  }

  @Override
  public int responseHeaderVersion(int apiKey, int version) {
    return ApiMessageType.fromApiKey((short) apiKey).responseHeaderVersion((short) version);
  }

  private Message read(String message, int version, byte[] bytes) {
    Message decoded = create(type(message).orElseThrow());
    ByteBuffer in = ByteBuffer.wrap(bytes);
    decoded.read(new ByteBufferAccessor(in), theirVersion(message, version));
    if (in.hasRemaining()) {
      throw new IllegalStateException(in.remaining() + " bytes left over");
    }
    return decoded;
  }

  private @Nullable Schema schema(String message, int version) {
    Optional<Class<?>> type = type(message);
    if (type.isEmpty()) {
      return null;
    }
    Schema[] schemas = schemas(type.get());
    int theirVersion = theirVersion(message, version);
    return theirVersion < schemas.length ? schemas[theirVersion] : null;
  }

  private static Schema[] schemas(Class<?> type) {
    try {
      return (Schema[]) type.getField("SCHEMAS").get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }

  /**
   * The version of a key in a log is the kind of record. Where Kafka keeps the two apart, it has
   * version 0 of each kind.
   */
  private short theirVersion(String message, int version) {
    Class<?> type = type(message).orElseThrow();
    boolean isKind =
        message.endsWith("Key")
            && create(type) instanceof ApiMessage key
            && key.apiKey() == version
            && schemas(type).length <= version;
    return isKind ? 0 : (short) version;
  }

  private static String theirName(String message) {
    return RENAMED_MESSAGES.getOrDefault(message, message);
  }

  private static Message create(Class<?> type) {
    try {
      return (Message) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }

  private Method converter(String message) {
    Class<?> type = type(message).orElseThrow();
    try {
      return Class.forName(type.getName() + "JsonConverter")
          .getMethod("write", type, short.class, boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(message, e);
    }
  }

  private Optional<Class<?>> type(String message) {
    return types.computeIfAbsent(
        message,
        name ->
            CLASSES.stream()
                .map(pattern -> pattern.formatted(theirName(name)))
                .flatMap(className -> find(className).stream())
                .findFirst());
  }

  private static Optional<Class<?>> find(String className) {
    try {
      return Optional.of(Class.forName(className));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  private static Map<String, @Nullable Object> struct(JsonNode json) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    json.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
    return fields;
  }

  private static @Nullable Object value(JsonNode json) {
    return switch (json.getNodeType()) {
      case ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        json.forEach(element -> elements.add(value(element)));
        yield elements;
      }
      case OBJECT -> struct(json);
      case BINARY -> ByteBuffer.wrap(binary(json));
      case BOOLEAN -> json.booleanValue();
      case NULL -> null;
      case NUMBER -> {
        if (json.isFloatingPointNumber()) {
          yield json.doubleValue();
        }
        yield json.longValue();
      }
      case STRING -> json.textValue();
      case MISSING, POJO -> throw new IllegalArgumentException(json.toString());
    };
  }

  private static byte[] binary(JsonNode json) {
    try {
      return json.binaryValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
