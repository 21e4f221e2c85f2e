package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.util.List;
import java.util.stream.Collectors;

/** The method that reads a struct. */
final class ReadEmitter {
  private final StructScope scope;
  private final JavaSource out;

  ReadEmitter(StructScope scope, JavaSource out) {
    this.scope = scope;
    this.out = out;
  }

  /**
   * @param signature up to the parameters
   */
  void emit(String signature) {
    out.open(signature + "(WireReader in, int version)");
    scope.declareCompact(out);
    scope.struct().plainFields().forEach(this::readPlain);
    readTagged();
    String arguments =
        scope.struct().fields().stream().map(Field::name).collect(Collectors.joining(", "));
    out.line("return new " + scope.struct().name() + "(" + arguments + ");");
    out.close();
  }

  private void readPlain(Field field) {
    Condition present = scope.present(field);
    String read = value(field);
    String value =
        present.isAlways()
            ? read
            : present.bare() + " ? " + parenthesized(read) + " : " + Defaults.value(field);
    out.line(JavaTypes.of(field) + " " + field.name() + " = " + value + ";");
  }

  private static String parenthesized(String expression) {
    return expression.contains(" ? ") ? "(" + expression + ")" : expression;
  }

  private void readTagged() {
    List<Field> tagged = scope.struct().taggedFields();
    for (Field field : tagged) {
      out.line(JavaTypes.of(field) + " " + field.name() + " = " + Defaults.value(field) + ";");
    }
    if (scope.flexible().isNever()) {
      return;
    }
    boolean always = scope.flexible().isAlways();
    if (!always) {
      out.open("if (" + StructScope.COMPACT + ")");
    }
    if (tagged.isEmpty()) {
      out.line("in.skipTaggedFields();");
    } else {
      readEachTagged(tagged);
    }
    if (!always) {
      out.close();
    }
  }

  private void readEachTagged(List<Field> tagged) {
    out.line("int tag = -1;");
    out.open("for (int left = in.readTagCount(); left > 0; left--)");
    out.line("tag = in.readTag(tag);");
    boolean first = true;
    for (Field field : tagged) {
      Condition present = scope.present(field);
      String test =
          "if (tag == "
              + field.tag().orElseThrow()
              + (present.isAlways() ? "" : " && " + present.java())
              + ")";
      if (first) {
        out.open(test);
      } else {
        out.reopen("else " + test);
      }
      first = false;
      out.line("int end = in.beginTaggedField();");
      out.line(field.name() + " = " + value(field) + ";");
      out.line("in.endTaggedField(end);");
    }
    out.reopen("else");
    out.line("in.skipTaggedField();");
    out.close();
    out.close();
  }

  private String value(Field field) {
    Condition nullable = scope.nullable(field);
    return switch (field.type()) {
      case Primitive type when type.isVariable() ->
          either(
              nullable,
              "in.readNullable" + variable(type, field),
              "in.read" + variable(type, field));
      case Primitive type -> primitive(type);
      case StructType(String name) -> {
        String read = name + ".read(in, version)";
        String presence = "in.read" + JavaTypes.presenceSuffix(field) + "()";
        yield field.isNullable() ? presence + " ? " + read + " : null" : read;
      }
      case ArrayType(Type element) -> {
        String rest =
            "List("
                + scope.compact(field)
                + ", "
                + minimumBytes(element)
                + ", "
                + supplier(element, field)
                + ")";
        yield either(nullable, "in.readNullable" + rest, "in.read" + rest);
      }
    };
  }

  private static String either(Condition nullable, String ifNullable, String otherwise) {
    if (nullable.isAlways()) {
      return ifNullable;
    }
    return nullable.isNever()
        ? otherwise
        : nullable.bare() + " ? " + ifNullable + " : " + otherwise;
  }

  private String variable(Primitive type, Field field) {
    return JavaTypes.methodSuffix(type) + "(" + scope.compact(field) + ")";
  }

  private static String primitive(Primitive type) {
    String read = "in.read" + JavaTypes.methodSuffix(type) + "()";
    return type == Primitive.ERROR ? "ErrorCode.of(" + read + ")" : read;
  }

  private String supplier(Type element, Field field) {
    return switch (element) {
      case StructType(String name) -> "() -> " + name + ".read(in, version)";
      case Primitive type when type.isVariable() -> "() -> in.read" + variable(type, field);
      case Primitive type when type == Primitive.ERROR -> "() -> " + primitive(type);
      case Primitive type -> "in::read" + JavaTypes.methodSuffix(type);
      case ArrayType ignored -> throw new IllegalArgumentException("array of arrays");
    };
  }

  private int minimumBytes(Type element) {
    return switch (element) {
      case StructType struct -> scope.minimumBytes(struct);
      case Primitive type -> type.isVariable() && !scope.flexible().isNever() ? 1 : type.bytes();
      case ArrayType ignored -> throw new IllegalArgumentException("array of arrays");
    };
  }
}
