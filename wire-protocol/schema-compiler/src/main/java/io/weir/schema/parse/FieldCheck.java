package io.weir.schema.parse;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Entity;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.SchemaException;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import io.weir.schema.model.Versions;
import java.math.BigInteger;
import java.util.Set;

/** Checks one field. */
final class FieldCheck {
  /** Names that the generated methods use for something else, or that Java does. */
  private static final Set<String> RESERVED =
      Set.of(
          "builder", "bytes", "class", "compact", "default", "e", "end", "in", "int", "left",
          "long", "out", "package", "read", "short", "size", "tag", "tags", "version");

  private final Message message;
  private final Field field;
  private final Versions effective;

  FieldCheck(Message message, Struct struct, Field field) {
    this.message = message;
    this.field = field;
    this.effective = field.versions().intersect(struct.versions()).intersect(message.versions());
  }

  void check() {
    require(!RESERVED.contains(field.name()), "a field cannot have this name");
    require(!effective.isEmpty(), "no version of the message has this field");
    checkType();
    checkNullable();
    checkTag();
    checkEntity();
    field.fallback().ifPresent(this::checkDefault);
  }

  private void checkType() {
    if (field.type() instanceof ArrayType(Primitive element)) {
      require(element != Primitive.RECORDS, "records cannot be in an array");
    }
  }

  private void checkNullable() {
    if (!field.isNullable()) {
      return;
    }
    boolean hasNull =
        switch (field.type()) {
          case Primitive type -> type.isVariable();
          case StructType ignored -> true;
          case ArrayType ignored -> true;
        };
    require(hasNull, "a field of type " + field.type() + " cannot be null");
    require(
        !field.nullable().intersect(effective).isEmpty(),
        "nullable in " + field.nullable() + ", but there in " + effective);
    require(
        !(field.type() instanceof StructType) || field.nullable().covers(effective),
        "a struct is nullable in all of its versions or in none");
  }

  private void checkTag() {
    if (!field.isTagged()) {
      return;
    }
    require(message.flexible().covers(effective), "only flexible versions have tagged fields");
    require(field.type() != Primitive.RECORDS, "records cannot be tagged");
  }

  private void checkEntity() {
    if (field.entity().isEmpty()) {
      return;
    }
    Entity entity = field.entity().get();
    Type type = field.type() instanceof ArrayType(Type element) ? element : field.type();
    require(type == entity.type(), "a " + entity + " is of type " + entity.type());
  }

  private void checkDefault(String value) {
    if (value.equals("null")) {
      require(
          field.nullable().covers(effective), "null by default, but null is not always allowed");
      return;
    }
    boolean fits =
        switch (field.type()) {
          case ArrayType ignored -> false;
          case StructType ignored -> false;
          case Primitive type -> fits(type, value);
        };
    require(fits, "'" + value + "' is no default for the type " + field.type());
  }

  private static boolean fits(Primitive type, String value) {
    return switch (type) {
      case BOOL -> value.equals("true") || value.equals("false");
      case INT8 -> isInteger(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> isInteger(value, Short.MIN_VALUE, Short.MAX_VALUE);
      case UINT16 -> isInteger(value, 0, 0xffff);
      case INT32 -> isInteger(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case INT64 -> isInteger(value, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT64 -> value.matches("-?[0-9]+");
      case STRING -> true;
      case UUID, ERROR, BYTES, RECORDS -> false;
    };
  }

  private static boolean isInteger(String value, long lowest, long highest) {
    if (!value.matches("-?[0-9]+")) {
      return false;
    }
    BigInteger number = new BigInteger(value);
    return number.compareTo(BigInteger.valueOf(lowest)) >= 0
        && number.compareTo(BigInteger.valueOf(highest)) <= 0;
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new SchemaException(field.position(), field.name() + ": " + problem);
    }
  }
}
