package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.VersionNote;
import java.util.List;
import java.util.stream.Collectors;

/** The record of a struct: its components, and what all records have in common. */
final class RecordEmitter {
  private final StructScope scope;
  private final JavaSource out;

  RecordEmitter(StructScope scope, JavaSource out) {
    this.scope = scope;
    this.out = out;
  }

  /** Opens the record. */
  void open(List<VersionNote> notes, String interfaces) {
    Struct struct = scope.struct();
    Javadoc.write(out, struct, scope.versions(), notes);
    String components =
        struct.fields().stream()
            .map(field -> JavaTypes.of(field) + " " + field.name())
            .collect(Collectors.joining(", "));
    out.open("public record " + struct.name() + "(" + components + ")" + interfaces);
  }

  void emitDefault() {
    if (isDefaultOfAField()) {
      String name = scope.struct().name();
      out.line("static final " + name + " DEFAULT = builder().build();").blank();
      out.line("/** Mostly it is the very one, and there is no need for a look at its fields. */");
      out.line("@SuppressWarnings(\"ReferenceEquality\")");
      out.open("boolean isDefault()").line("return this == DEFAULT || equals(DEFAULT);");
      out.close().blank();
    }
  }

  private boolean isDefaultOfAField() {
    Message message = scope.message();
    StructType type = new StructType(scope.struct().name());
    return message.structs().values().stream()
            .flatMap(struct -> struct.fields().stream())
            .anyMatch(field -> field.type().equals(type))
        || message.root().fields().stream().anyMatch(field -> field.type().equals(type));
  }

  /** Makes sure that what the record holds cannot change. */
  void emitConstructor() {
    List<Field> mutable =
        scope.struct().fields().stream()
            .filter(field -> field.type() instanceof ArrayType || isBytes(field))
            .toList();
    if (mutable.isEmpty()) {
      return;
    }
    out.open("public " + scope.struct().name());
    for (Field field : mutable) {
      String name = field.name();
      String copy = isBytes(field) ? name + ".asReadOnlyBuffer()" : "List.copyOf(" + name + ")";
      String guard = field.isNullable() ? name + " == null ? null : " : "";
      out.line(name + " = " + guard + copy + ";");
    }
    out.close().blank();
  }

  /** A buffer has a position, so each caller gets one of its own. */
  void emitAccessors() {
    for (Field field : scope.struct().fields()) {
      if (isBytes(field)) {
        String name = field.name();
        out.line("@Override");
        out.open("public " + JavaTypes.of(field) + " " + name + "()");
        String guard = field.isNullable() ? name + " == null ? null : " : "";
        out.line("return " + guard + name + ".duplicate();");
        out.close().blank();
      }
    }
  }

  private static boolean isBytes(Field field) {
    return field.type() == Primitive.BYTES;
  }
}
