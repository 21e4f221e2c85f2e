package io.weir.protocol.message;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.jspecify.annotations.Nullable;

/** Writes random values that one of Kafka's schemas allows: nothing here knows our definitions. */
final class KafkaRandomBytes {
  private static final int KNOWN_ERRORS = 137;
  private static final int MAX_ELEMENTS = 3;
  private static final int NULL_STRUCT = -1;

  /** The codec reads a varint here, unlike what the schema says. */
  private static final int NULL_TAGGED_STRUCT = 0;

  private final Random random;

  KafkaRandomBytes(Random random) {
    this.random = random;
  }

  byte[] of(Schema schema) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(schema, "", new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void write(Type type, String name, DataOutputStream out) throws IOException {
    switch (type) {
      case Schema schema -> writeStruct(schema, NULL_STRUCT, out);
      case ArrayOf array -> {
        int length = length(array.isNullable());
        out.writeInt(length);
        writeElements(array.arrayElementType().orElseThrow(), length, name, out);
      }
      case CompactArrayOf array -> {
        int length = length(array.isNullable());
        writeVarint(length + 1, out);
        writeElements(array.arrayElementType().orElseThrow(), length, name, out);
      }
      case TaggedFields tagged -> writeTagged(tagged, out);
      default -> writePrimitive(type.toString(), name, out);
    }
  }

  private void writeStruct(Schema schema, int nullStruct, DataOutputStream out) throws IOException {
    if (schema.getClass() != Schema.class) { // a nullable one, which only newer versions know
      boolean present = random.nextBoolean();
      out.writeByte(present ? 1 : nullStruct);
      if (!present) {
        return;
      }
    }
    for (BoundField field : schema.fields()) {
      write(field.def.type, field.def.name, out);
    }
  }

  private void writeElements(Type element, int length, String name, DataOutputStream out)
      throws IOException {
    for (int i = 0; i < length; i++) {
      write(element, name, out);
    }
  }

  private void writeTagged(TaggedFields tagged, DataOutputStream out) throws IOException {
    Map<Integer, Field> chosen = new TreeMap<>(tagged.fields());
    chosen.values().removeIf(field -> random.nextInt(3) == 0);
    writeVarint(chosen.size(), out);
    for (Map.Entry<Integer, Field> entry : chosen.entrySet()) {
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      Field field = entry.getValue();
      if (field.type instanceof Schema schema) {
        writeStruct(schema, NULL_TAGGED_STRUCT, new DataOutputStream(value));
      } else {
        write(field.type, field.name, new DataOutputStream(value));
      }
      writeVarint(entry.getKey(), out);
      writeVarint(value.size(), out);
      value.writeTo(out);
    }
  }

  private void writePrimitive(String type, String name, DataOutputStream out) throws IOException {
    switch (type) {
      case "BOOLEAN" -> out.writeBoolean(random.nextBoolean());
      case "INT8" -> out.writeByte(random.nextInt());
      case "INT16" ->
          out.writeShort(
              name.endsWith("error_code") ? random.nextInt(KNOWN_ERRORS) - 1 : random.nextInt());
      case "UINT16" -> out.writeShort(random.nextInt());
      case "INT32" -> out.writeInt(random.nextInt(4) == 0 ? -1 : random.nextInt());
      case "INT64" -> out.writeLong(random.nextInt(4) == 0 ? -1 : random.nextLong());
      case "FLOAT64" -> out.writeDouble(random.nextDouble());
      case "UUID" -> out.write(bytes(16));
      case "STRING" -> writeFixed(string(), 2, out);
      case "NULLABLE_STRING" -> writeFixed(random.nextInt(3) == 0 ? null : string(), 2, out);
      case "BYTES", "RECORDS" -> writeFixed(bytes(random.nextInt(20)), 4, out);
      case "NULLABLE_BYTES", "NULLABLE_RECORDS" ->
          writeFixed(random.nextInt(3) == 0 ? null : bytes(random.nextInt(20)), 4, out);
      case "COMPACT_STRING" -> writeCompact(string(), out);
      case "COMPACT_NULLABLE_STRING" -> writeCompact(random.nextInt(3) == 0 ? null : string(), out);
      case "COMPACT_BYTES", "COMPACT_RECORDS" -> writeCompact(bytes(random.nextInt(300)), out);
      case "COMPACT_NULLABLE_BYTES", "COMPACT_NULLABLE_RECORDS" ->
          writeCompact(random.nextInt(3) == 0 ? null : bytes(random.nextInt(300)), out);
      default -> throw new IllegalArgumentException(type);
    }
  }

  private static void writeFixed(byte @Nullable [] value, int lengthBytes, DataOutputStream out)
      throws IOException {
    int length = value == null ? -1 : value.length;
    if (lengthBytes == 2) {
      out.writeShort(length);
    } else {
      out.writeInt(length);
    }
    if (value != null) {
      out.write(value);
    }
  }

  private static void writeCompact(byte @Nullable [] value, DataOutputStream out)
      throws IOException {
    writeVarint(value == null ? 0 : value.length + 1, out);
    if (value != null) {
      out.write(value);
    }
  }

  private static void writeVarint(int value, DataOutputStream out) throws IOException {
    int rest = value;
    while (rest > 0x7f) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  private int length(boolean nullable) {
    return nullable && random.nextInt(4) == 0 ? -1 : random.nextInt(MAX_ELEMENTS + 1);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] string() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(20) == 0 ? 200 : random.nextInt(8);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(10)) {
            case 0 -> 0xe9;
            case 1 -> 0x4e16;
            case 2 -> 0x1f680;
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
