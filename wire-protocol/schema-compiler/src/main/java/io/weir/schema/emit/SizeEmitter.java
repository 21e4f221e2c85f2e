package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.StructType;
import java.util.List;

/** The method that tells how many bytes a struct takes. */
final class SizeEmitter {
  private final StructScope scope;
  private final JavaSource out;

  SizeEmitter(StructScope scope, JavaSource out) {
    this.scope = scope;
    this.out = out;
  }

  void emit(String signature) {
    out.open(signature + "(int version)");
    if (scope.isRoot()) {
      out.line("checkVersion(version);");
    }
    scope.declareCompact(out);
    out.line("int size = " + certainBytes() + ";");
    for (Field field : scope.struct().plainFields()) {
      if (!isCertain(field)) {
        addPlain(field);
      }
    }
    addTagged();
    out.line("return size;");
    out.close();
  }

  /** The bytes of all fields that are always there and always of the same length. */
  private int certainBytes() {
    return scope.struct().plainFields().stream()
        .filter(this::isCertain)
        .mapToInt(field -> ((Primitive) field.type()).bytes())
        .sum();
  }

  private boolean isCertain(Field field) {
    return scope.present(field).isAlways()
        && field.type() instanceof Primitive type
        && !type.isVariable();
  }

  private void addPlain(Field field) {
    Condition present = scope.present(field);
    String line = "size += " + value(scope, field) + ";";
    if (present.isAlways()) {
      out.line(line);
    } else {
      out.open("if (" + present.bare() + ")").line(line).close();
    }
  }

  private void addTagged() {
    if (scope.flexible().isNever()) {
      return;
    }
    List<Field> tagged = scope.struct().taggedFields();
    boolean always = scope.flexible().isAlways();
    if (tagged.isEmpty()) {
      out.line(always ? "size++;" : "size += " + StructScope.COMPACT + " ? 1 : 0;");
      return;
    }
    if (!always) {
      out.open("if (" + StructScope.COMPACT + ")");
    }
    out.line("int tags = 0;");
    for (Field field : tagged) {
      out.open("if (" + isWritten(scope, field) + ")");
      out.line("tags++;");
      out.line(
          "size += WireSize.taggedField("
              + field.tag().orElseThrow()
              + ", "
              + value(scope, field)
              + ");");
      out.close();
    }
    out.line("size += WireSize.unsignedVarint(tags);");
    if (!always) {
      out.close();
    }
  }

  /** Whether a tagged field goes on the wire, as an expression. */
  static String isWritten(StructScope scope, Field field) {
    Condition present = scope.present(field);
    Condition withinFlexible =
        Condition.of(field.versions(), scope.versions().intersect(scope.message().flexible()));
    return (present.isAlways() || withinFlexible.isAlways() ? "" : present.java() + " && ")
        + Defaults.differs(field);
  }

  /** The bytes of a field's value, as an expression. */
  static String value(StructScope scope, Field field) {
    String name = field.name();
    return switch (field.type()) {
      case Primitive type when type.isVariable() -> variable(type, name, scope.compact(field));
      case Primitive type -> String.valueOf(type.bytes());
      case StructType ignored -> struct(field);
      case ArrayType(StructType(String element)) ->
          "WireSize.arrayLength("
              + name
              + ", "
              + scope.compact(field)
              + ") + "
              + element
              + ".sizeOfAll("
              + name
              + ", version)";
      case ArrayType(Primitive element) ->
          "WireSize.list("
              + name
              + ", "
              + scope.compact(field)
              + ", "
              + element(scope, field, element)
              + ")";
      case ArrayType ignored -> throw new IllegalArgumentException("array of arrays");
    };
  }

  private static String struct(Field field) {
    String size = field.name() + ".size(version)";
    return field.isNullable() ? "1 + (" + field.name() + " == null ? 0 : " + size + ")" : size;
  }

  private static String element(StructScope scope, Field field, Primitive type) {
    return type.isVariable()
        ? "e -> " + variable(type, "e", scope.compact(field))
        : String.valueOf(type.bytes());
  }

  private static String variable(Primitive type, String name, String compact) {
    String method =
        switch (type) {
          case STRING -> "string";
          case BYTES -> "bytes";
          case RECORDS -> "records";
          case BOOL, INT8, INT16, UINT16, INT32, INT64, FLOAT64, UUID, ERROR ->
              throw new IllegalArgumentException(type + " is of one length");
        };
    return "WireSize." + method + "(" + name + ", " + compact + ")";
  }
}
