package io.weir.protocol.message;

import io.netty.buffer.Unpooled;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.Uuids;
import io.weir.protocol.record.BufferRecords;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes random messages as our handlers could: fields at their defaults and off them, nulls where
 * the version at hand has null, and values of ignorable fields that the version loses.
 */
final class RandomMessages {
  /** Takes two bytes as a compact length. */
  private static final int MANY = 130;

  private static final int MANY_BYTES = 20_000;

  private final Message message;
  private final int version;
  private final Random random;

  RandomMessages(Message message, int version, Random random) {
    this.message = message;
    this.version = version;
    this.random = random;
  }

  /**
   * A message.
   *
   * @param given what we write
   * @param arriving what comes out at the other end, where the version cannot say all of it
   */
  record Sample(ProtocolMessage given, ProtocolMessage arriving) {}

  Sample next() {
    Value value = struct(message.root(), version, 0);
    return new Sample(
        (ProtocolMessage) Objects.requireNonNull(value.given),
        (ProtocolMessage) Objects.requireNonNull(value.arriving));
  }

  /** A value, before and after it went over the wire. */
  private record Value(@Nullable Object given, @Nullable Object arriving) {
    static Value same(@Nullable Object value) {
      return new Value(value, value);
    }
  }

  private Value struct(Struct struct, int at, int depth) {
    Map<String, @Nullable Object> given = new HashMap<>();
    Map<String, @Nullable Object> arriving = new HashMap<>();
    for (Field field : struct.fields()) {
      if (!field.versions().intersect(struct.versions()).contains(at)) {
        if (field.ignorable() && random.nextInt(4) == 0) {
          given.put(field.name(), value(field, somewhere(field, struct), depth).given);
        }
      } else if (random.nextInt(field.isTagged() ? 3 : 8) > 0) {
        Value value = value(field, at, depth);
        given.put(field.name(), value.given);
        arriving.put(field.name(), value.arriving);
      } else if (field.isNullByDefault() && !field.nullable().contains(at)) {
        throw new IllegalStateException(field.name());
      }
    }
    Class<?> type = MessageBuilders.type(message, struct);
    return new Value(MessageBuilders.build(type, given), MessageBuilders.build(type, arriving));
  }

  private int somewhere(Field field, Struct struct) {
    return field.versions().intersect(struct.versions()).intersect(message.versions()).lowest();
  }

  private Value value(Field field, int at, int depth) {
    if (field.isNullable() && random.nextInt(4) == 0) {
      if (field.nullable().contains(at)) {
        return Value.same(null);
      }
      if (field.ignorable()) {
        return new Value(null, empty(field.type()));
      }
    }
    return value(field.type(), at, depth);
  }

  private Value value(Type type, int at, int depth) {
    return switch (type) {
      case Primitive primitive -> Value.same(primitive(primitive));
      case StructType name -> struct(message.struct(name), at, depth);
      case ArrayType(Type element) -> {
        List<Object> given = new ArrayList<>();
        List<Object> arriving = new ArrayList<>();
        for (int left = length(depth); left > 0; left--) {
          Value value = value(element, at, depth + 1);
          given.add(Objects.requireNonNull(value.given));
          arriving.add(Objects.requireNonNull(value.arriving));
        }
        yield new Value(List.copyOf(given), List.copyOf(arriving));
      }
    };
  }

  private int length(int depth) {
    return depth < 2 && random.nextInt(200) == 0 ? MANY : random.nextInt(4);
  }

  private static Object empty(Type type) {
    return switch (type) {
      case ArrayType ignored -> List.of();
      case Primitive primitive when primitive == Primitive.STRING -> "";
      case Primitive primitive when primitive == Primitive.BYTES -> ByteBuffer.allocate(0);
      case Primitive primitive when primitive == Primitive.RECORDS -> BufferRecords.EMPTY;
      case Primitive ignored -> throw new IllegalArgumentException(type.toString());
      case StructType ignored -> throw new IllegalArgumentException(type.toString());
    };
  }

  private Object primitive(Primitive type) {
    return switch (type) {
      case BOOL -> random.nextBoolean();
      case INT8 -> (byte) number();
      case INT16 -> (short) number();
      case UINT16 -> (int) number() & 0xffff;
      case INT32 -> (int) number();
      case INT64 -> number();
      case FLOAT64 -> real();
      case UUID -> random.nextInt(4) == 0 ? Uuids.ZERO : new UUID(number(), number());
      case ERROR -> ErrorCode.of(random.nextInt(ErrorCode.values().length) - 1);
      case STRING -> string();
      case BYTES -> ByteBuffer.wrap(bytes());
      case RECORDS -> BufferRecords.of(Unpooled.wrappedBuffer(bytes()));
    };
  }

  /** Its lowest bits are as extreme as it is itself. */
  private long number() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Long.MIN_VALUE;
      case 3 -> Long.MAX_VALUE;
      case 4 -> 0x8000_0000_8000_8080L;
      case 5 -> 0x7fff_ffff_7fff_7f7fL;
      case 6 -> 1L << random.nextInt(63);
      default -> random.nextLong();
    };
  }

  private double real() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> -0.0;
      case 3 -> Double.MIN_VALUE;
      default -> random.nextGaussian();
    };
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(100) == 0 ? MANY_BYTES : random.nextInt(16)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String string() {
    int length = random.nextInt(100) == 0 ? MANY : random.nextInt(8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> 0x7ff;
            case 2 -> 0xfffd;
            case 3 -> 0x10ffff;
            case 4 -> 0x1f680;
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }
}
