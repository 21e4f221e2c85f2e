package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;

/** How the types of definitions look in Java. */
final class JavaTypes {
  private JavaTypes() {}

  /** The type of a record's component. */
  static String of(Field field) {
    return (field.isNullable() ? "@Nullable " : "") + of(field.type());
  }

  private static String of(Type type) {
    return switch (type) {
      case Primitive primitive -> of(primitive);
      case StructType(String name) -> name;
      case ArrayType(Type element) -> "List<" + boxed(element) + ">";
    };
  }

  private static String of(Primitive type) {
    return switch (type) {
      case BOOL -> "boolean";
      case INT8 -> "byte";
      case INT16 -> "short";
      case UINT16, INT32 -> "int";
      case INT64 -> "long";
      case FLOAT64 -> "double";
      case UUID -> "UUID";
      case ERROR -> "ErrorCode";
      case STRING -> "String";
      case BYTES -> "ByteBuffer";
      case RECORDS -> "Records";
    };
  }

  private static String boxed(Type type) {
    return switch (of(type)) {
      case "boolean" -> "Boolean";
      case "byte" -> "Byte";
      case "short" -> "Short";
      case "int" -> "Integer";
      case "long" -> "Long";
      case "double" -> "Double";
      default -> of(type);
    };
  }

  /** How the methods of reader and writer that say whether a struct is there end. */
  static String presenceSuffix(Field field) {
    return field.isTagged() ? "TaggedPresence" : "Presence";
  }

  /** How the methods of reader and writer for a type end. */
  static String methodSuffix(Primitive type) {
    return switch (type) {
      case BOOL -> "Boolean";
      case INT8 -> "Int8";
      case INT16, ERROR -> "Int16";
      case UINT16 -> "Uint16";
      case INT32 -> "Int32";
      case INT64 -> "Int64";
      case FLOAT64 -> "Float64";
      case UUID -> "Uuid";
      case STRING -> "String";
      case BYTES -> "Bytes";
      case RECORDS -> "Records";
    };
  }
}
