package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.util.List;

/** The method that writes a struct. */
final class WriteEmitter {
  private final StructScope scope;
  private final JavaSource out;

  WriteEmitter(StructScope scope, JavaSource out) {
    this.scope = scope;
    this.out = out;
  }

  void emit(String signature) {
    out.open(signature + "(WireWriter out, int version)");
    if (scope.isRoot()) {
      out.line("checkVersion(version);");
    }
    scope.struct().fields().forEach(this::checkFits);
    scope.declareCompact(out);
    scope.struct().plainFields().forEach(this::writePlain);
    writeTagged();
    out.close();
  }

  /** Refuses a value that the version at hand cannot carry. */
  private void checkFits(Field field) {
    Condition present = scope.present(field);
    if (!present.isAlways() && !field.ignorable()) {
      refuse(present.negatedJava() + " && " + Defaults.differs(field), field);
    }
    Condition nullable = scope.nullable(field);
    if (field.isNullable() && !nullable.isAlways() && !field.ignorable()) {
      String there = present.isAlways() ? "" : present.java() + " && ";
      refuse(there + nullable.negatedJava() + " && " + field.name() + " == null", field);
    }
  }

  private void refuse(String condition, Field field) {
    out.open("if (" + condition + ")");
    out.line("throw new FieldNotInVersionException(\"" + field.name() + "\", version);");
    out.close();
  }

  private void writePlain(Field field) {
    Condition present = scope.present(field);
    if (present.isAlways()) {
      writeValue(field);
    } else {
      out.open("if (" + present.bare() + ")");
      writeValue(field);
      out.close();
    }
  }

  private void writeTagged() {
    if (scope.flexible().isNever()) {
      return;
    }
    boolean always = scope.flexible().isAlways();
    if (!always) {
      out.open("if (" + StructScope.COMPACT + ")");
    }
    List<Field> tagged = scope.struct().taggedFields();
    if (tagged.isEmpty()) {
      out.line("out.writeUnsignedVarint(0);");
    } else {
      writeEachTagged(tagged);
    }
    if (!always) {
      out.close();
    }
  }

  private void writeEachTagged(List<Field> tagged) {
    out.line("int tags = 0;");
    for (Field field : tagged) {
      out.open("if (" + SizeEmitter.isWritten(scope, field) + ")").line("tags++;").close();
    }
    out.line("out.writeUnsignedVarint(tags);");
    for (Field field : tagged) {
      out.open("if (" + SizeEmitter.isWritten(scope, field) + ")");
      out.line("out.writeUnsignedVarint(" + field.tag().orElseThrow() + ");");
      out.line("out.writeUnsignedVarint(" + SizeEmitter.value(scope, field) + ");");
      writeValue(field);
      out.close();
    }
  }

  private void writeValue(Field field) {
    String name = nullAsEmpty(field);
    switch (field.type()) {
      case Primitive type -> out.line(primitive(type, name, scope.compact(field)) + ";");
      case StructType ignored -> writeStruct(field);
      case ArrayType(Type element) ->
          out.line(
              "out.writeList("
                  + name
                  + ", "
                  + scope.compact(field)
                  + ", "
                  + element(element, scope.compact(field))
                  + ");");
    }
  }

  /** An ignorable null is written as something empty, in versions that cannot say null. */
  private String nullAsEmpty(Field field) {
    Condition nullable = scope.nullable(field);
    if (!field.isNullable() || nullable.isAlways() || !field.ignorable()) {
      return field.name();
    }
    String empty =
        switch (field.type()) {
          case Primitive type -> Defaults.zero(type);
          case ArrayType ignored -> "List.of()";
          case StructType ignored -> field.name();
        };
    return nullable.negatedJava()
        + " && "
        + field.name()
        + " == null ? "
        + empty
        + " : "
        + field.name();
  }

  private void writeStruct(Field field) {
    String write = field.name() + ".write(out, version);";
    if (!field.isNullable()) {
      out.line(write);
      return;
    }
    String presence = JavaTypes.presenceSuffix(field) + "(" + field.name() + " != null);";
    out.line("out.write" + presence);
    out.open("if (" + field.name() + " != null)").line(write).close();
  }

  private static String element(Type element, String compact) {
    return switch (element) {
      case Primitive type when type.isVariable() || type == Primitive.ERROR ->
          "e -> " + primitive(type, "e", compact);
      case Primitive type -> "out::write" + JavaTypes.methodSuffix(type);
      case StructType ignored -> "e -> e.write(out, version)";
      case ArrayType ignored -> throw new IllegalArgumentException("array of arrays");
    };
  }

  private static String primitive(Primitive type, String name, String compact) {
    String value = type == Primitive.ERROR ? name + ".code()" : name;
    String arguments = type.isVariable() ? value + ", " + compact : value;
    return "out.write" + JavaTypes.methodSuffix(type) + "(" + arguments + ")";
  }
}
