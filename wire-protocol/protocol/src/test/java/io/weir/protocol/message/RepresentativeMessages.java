package io.weir.protocol.message;

import io.netty.buffer.Unpooled;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BufferRecords;
import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Entity;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Makes, for each version, the message in which every field is set off its default, to a value that
 * can be told from its neighbours' and is the same in all versions.
 */
final class RepresentativeMessages {
  private static final int NUMBERS = 100;

  private final Message message;
  private final int version;
  private int count;

  RepresentativeMessages(Message message, int version) {
    this.message = message;
    this.version = version;
  }

  ProtocolMessage make() {
    return (ProtocolMessage) struct(message.root());
  }

  private Record struct(Struct struct) {
    Map<String, Object> values = new HashMap<>();
    for (Field field : struct.fields()) {
      Object value = value(field, field.type());
      if (field.versions().intersect(struct.versions()).contains(version)) {
        values.put(field.name(), value);
      }
    }
    return MessageBuilders.build(MessageBuilders.type(message, struct), values);
  }

  private Object value(Field field, Type type) {
    return switch (type) {
      case StructType name -> struct(message.struct(name));
      case ArrayType(StructType element) -> List.of(value(field, element));
      case ArrayType(Type element) -> List.of(value(field, element), value(field, element));
      case Primitive primitive -> primitive(field, primitive);
    };
  }

  private Object primitive(Field field, Primitive type) {
    count = count % NUMBERS + 1;
    int number = field.fallback().filter(String.valueOf(count)::equals).isPresent() ? 0 : count;
    return switch (type) {
      case BOOL -> field.fallback().filter("true"::equals).isEmpty();
      case INT8 -> (byte) number;
      case INT16 -> (short) number;
      case UINT16, INT32 -> number;
      case INT64 -> (long) number;
      case FLOAT64 -> number + 0.5;
      case UUID -> new UUID(number, number);
      case ERROR -> ErrorCode.of(number);
      case STRING -> field.entity().map(Entity::toString).orElse(field.name()) + "-" + number;
      case BYTES -> ByteBuffer.wrap(new byte[] {(byte) number, 0, -1});
      case RECORDS -> BufferRecords.of(Unpooled.wrappedBuffer(new byte[] {(byte) number, 0, -1}));
    };
  }
}
