package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/**
 * Frames to start from: of each request and response in each version one that holds something
 * everywhere, by Kafka's own schemas, so that a new API has its seeds at once. A version that Kafka
 * has dropped begins with the bytes of the nearest one. The same in each run.
 */
final class FrameSeeds {
  private static final int ZEROS = 40;

  private final Random random;

  private FrameSeeds(long seed) {
    random = new Random(seed);
  }

  static List<byte[]> requests() {
    return eachApi((apiKey, version) -> {
      RequestHeader header = new RequestHeader(apiKey, version, 1, "fuzz");
      ByteBuf frame = Unpooled.buffer();
      header.write(new WireWriter(frame));
      return frame.writeBytes(
          body(ApiKeys.forId(apiKey.key()).messageType.requestSchemas(), version));
    });
  }

  /** As {@link ResponseFrameFuzzer} wants them, bare messages among them. */
  static List<byte[]> responses() {
    List<byte[]> responses =
        eachApi((apiKey, version) -> {
          ByteBuf frame = prefix(apiKey.key(), version);
          new ResponseHeader(1).write(new WireWriter(frame), apiKey.responseHeaderVersion(version));
          return frame.writeBytes(
              body(ApiKeys.forId(apiKey.key()).messageType.responseSchemas(), version));
        });
    byte[] token = bytes(prefix(ResponseFrameFuzzer.SASL_TOKEN, ZEROS).writeZero(ZEROS));
    return Stream.of(
            responses.stream(),
            BareMessage.all().stream().flatMap(FrameSeeds::bare),
            Stream.of(token))
        .flatMap(seeds -> seeds)
        .toList();
  }

  /** Zeros are mostly a message: empty strings and arrays. */
  private static Stream<byte[]> bare(BareMessage message) {
    return IntStream.rangeClosed(message.minVersion(), message.maxVersion())
        .mapToObj(version -> bytes(prefix(message.id(), version).writeZero(ZEROS)));
  }

  @FunctionalInterface
  private interface FrameOf {
    ByteBuf frame(ApiKey apiKey, int version);
  }

  private static List<byte[]> eachApi(FrameOf frameOf) {
    return Arrays.stream(ApiKey.values())
        .flatMap(apiKey ->
            IntStream.rangeClosed(apiKey.minVersion(), apiKey.maxVersion())
                .mapToObj(version -> bytes(frameOf.frame(apiKey, version))))
        .toList();
  }

  private static ByteBuf prefix(int key, int version) {
    return Unpooled.buffer().writeShort(key).writeShort(version);
  }

  private static byte[] bytes(ByteBuf frame) {
    byte[] bytes = ByteBufUtil.getBytes(frame);
    frame.release();
    return bytes;
  }

  private static byte[] body(@Nullable Schema[] schemas, int version) {
    Schema schema = nearest(schemas, version);
    Object value = new FrameSeeds(version).struct(schema);
    ByteBuffer out = ByteBuffer.allocate(schema.sizeOf(value));
    schema.write(out, value);
    return out.array();
  }

  private static Schema nearest(@Nullable Schema[] schemas, int version) {
    for (int distance = 0; distance < schemas.length; distance++) {
      for (int near : new int[] {version - distance, version + distance}) {
        if (near >= 0 && near < schemas.length && schemas[near] != null) {
          return schemas[near];
        }
      }
    }
    throw new IllegalStateException("Kafka has no version of a message at all");
  }

  private Struct struct(Schema schema) {
    Struct struct = new Struct(schema);
    for (BoundField field : schema.fields()) {
      struct.set(field, value(field.def.type));
    }
    return struct;
  }

  private Object value(Type type) {
    if (type.arrayElementType().isPresent()) {
      Type element = type.arrayElementType().get();
      return Stream.generate(() -> value(element)).limit(1 + random.nextInt(2)).toArray();
    }
    return switch (type) {
      case Schema schema -> struct(schema);
      case TaggedFields tagged -> tagged(tagged);
      default -> primitive(type.toString());
    };
  }

  private NavigableMap<Integer, Object> tagged(TaggedFields tagged) {
    NavigableMap<Integer, Object> values = new TreeMap<>();
    for (var tag : tagged.fields().entrySet()) {
      Field field = tag.getValue();
      values.put(tag.getKey(), value(field.type));
    }
    return values;
  }

  private Object primitive(String type) {
    return switch (type) {
      case "BOOLEAN" -> random.nextBoolean();
      case "INT8" -> (byte) random.nextInt(4);
      case "INT16" -> (short) random.nextInt(100);
      case "UINT16" -> random.nextInt(1 << 16);
      case "INT32" -> random.nextInt(1000);
      case "UINT32" -> random.nextLong(1000);
      case "INT64" -> random.nextLong(1L << 40);
      case "FLOAT64" -> random.nextDouble();
      case "UUID" -> new Uuid(random.nextLong(), random.nextLong());
      case "STRING", "NULLABLE_STRING", "COMPACT_STRING", "COMPACT_NULLABLE_STRING" ->
          "s" + random.nextInt(100);
      case "BYTES", "NULLABLE_BYTES", "COMPACT_BYTES", "COMPACT_NULLABLE_BYTES" ->
          ByteBuffer.wrap(new byte[] {1, 2, 3});
      case "RECORDS", "NULLABLE_RECORDS", "COMPACT_RECORDS", "COMPACT_NULLABLE_RECORDS" ->
          MemoryRecords.readableRecords(ByteBuffer.wrap(new byte[] {4, 5}));
      default -> throw new IllegalArgumentException(type);
    };
  }
}
