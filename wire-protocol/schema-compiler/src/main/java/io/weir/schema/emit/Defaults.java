package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.StructType;

/** What a field holds when nothing was said, and how to tell that it does. */
final class Defaults {
  private Defaults() {}

  /** The default, as an expression. */
  static String value(Field field) {
    if (field.isNullByDefault()) {
      return "null";
    }
    return switch (field.type()) {
      case ArrayType ignored -> "List.of()";
      case StructType(String name) ->
          field.isNullable() && !field.isTagged() ? "null" : name + ".DEFAULT";
      case Primitive type -> field.fallback().map(text -> literal(type, text)).orElse(zero(type));
    };
  }

  /** Whether the field does not hold its default, as an expression. */
  static String differs(Field field) {
    String value = value(field);
    String name = field.name();
    if (value.equals("null")) {
      return name + " != null";
    }
    String orNull = field.isNullable() ? name + " == null || " : "";
    String differs =
        switch (field.type()) {
          case ArrayType ignored -> orNull + "!" + name + ".isEmpty()";
          case StructType ignored -> orNull + "!" + name + ".isDefault()";
          case Primitive type -> orNull + differs(type, name, value);
        };
    return orNull.isEmpty() ? differs : "(" + differs + ")";
  }

  private static String differs(Primitive type, String name, String value) {
    return switch (type) {
      case BOOL -> value.equals("true") ? "!" + name : name;
      case INT8, INT16, UINT16, INT32, INT64, ERROR, FLOAT64 -> name + " != " + value;
      case UUID -> "!" + name + ".equals(" + value + ")";
      case STRING ->
          value.equals("\"\"") ? "!" + name + ".isEmpty()" : "!" + name + ".equals(" + value + ")";
      case BYTES -> name + ".hasRemaining()";
      case RECORDS -> name + ".sizeInBytes() > 0";
    };
  }

  /** The value of a type without a default of its own. */
  static String zero(Primitive type) {
    return switch (type) {
      case BOOL -> "false";
      case INT8, INT16, UINT16, INT32, INT64, FLOAT64 -> literal(type, "0");
      case UUID -> "Uuids.ZERO";
      case ERROR -> "ErrorCode.NONE";
      case STRING -> "\"\"";
      case BYTES -> "ByteBuffer.allocate(0)";
      case RECORDS -> "BufferRecords.EMPTY";
    };
  }

  private static String literal(Primitive type, String text) {
    return switch (type) {
      case INT8 -> "(byte) " + text;
      case INT16 -> "(short) " + text;
      case INT64 -> text + "L";
      case FLOAT64 -> text + ".0";
      case STRING -> "\"" + text.replace("\\", "\\\\") + "\"";
      case BOOL, UINT16, INT32, UUID, ERROR, BYTES, RECORDS -> text;
    };
  }
}
