package io.weir.schema.emit;

import io.weir.schema.model.Field;
import io.weir.schema.model.Struct;
import java.util.List;
import java.util.stream.Collectors;

/** The builder of a record, and the methods that give one. */
final class BuilderEmitter {
  private final Struct struct;
  private final JavaSource out;

  BuilderEmitter(Struct struct, JavaSource out) {
    this.struct = struct;
    this.out = out;
  }

  void emit() {
    emitFactories();
    Javadoc.write(
        out,
        List.of(
            "Builds a {@link " + struct.name() + "}; what is not set has its default.",
            "Confined to one thread."));
    out.open("public static final class Builder");
    for (Field field : struct.fields()) {
      out.line(
          "private "
              + JavaTypes.of(field)
              + " "
              + field.name()
              + " = "
              + Defaults.value(field)
              + ";");
    }
    out.blank();
    out.open("private Builder()").close();
    struct.fields().forEach(this::emitSetter);
    emitBuild();
    out.close();
  }

  private void emitFactories() {
    out.open("public static Builder builder()").line("return new Builder();").close().blank();
    out.line("/** A builder that starts with what is in here. */");
    out.open("public Builder toBuilder()");
    out.line("Builder builder = new Builder();");
    for (Field field : struct.fields()) {
      out.line("builder." + field.name() + " = " + field.name() + ";");
    }
    out.line("return builder;").close().blank();
  }

  private void emitSetter(Field field) {
    out.blank();
    out.open("public Builder " + field.name() + "(" + JavaTypes.of(field) + " value)");
    out.line("this." + field.name() + " = value;");
    out.line("return this;");
    out.close();
  }

  private void emitBuild() {
    String arguments = struct.fields().stream().map(Field::name).collect(Collectors.joining(", "));
    out.blank();
    out.open("public " + struct.name() + " build()");
    out.line("return new " + struct.name() + "(" + arguments + ");");
    out.close();
  }
}
