package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import java.util.List;
import java.util.stream.Stream;

/**
 * The methods of a struct that arrays are made of: they read all elements, and tell their size.
 * Loops of its own for each struct, so that the JIT compiles each for one type; through a common
 * method with a lambda it would find too many.
 */
final class ElementsEmitter {
  private final Struct struct;
  private final List<Field> arrays;
  private final JavaSource out;

  ElementsEmitter(Message message, Struct struct, JavaSource out) {
    this.struct = struct;
    this.out = out;
    ArrayType type = new ArrayType(new StructType(struct.name()));
    this.arrays =
        Stream.concat(Stream.of(message.root()), message.structs().values().stream())
            .flatMap(holder -> holder.fields().stream())
            .filter(field -> field.type().equals(type))
            .toList();
  }

  /** Each method is followed by a blank line. */
  void emit() {
    if (arrays.isEmpty()) {
      return;
    }
    emitRead();
    if (arrays.stream().anyMatch(Field::isNullable)) {
      emitReadNullable();
    }
    emitSize();
  }

  private void emitRead() {
    String name = struct.name();
    out.open("static List<" + name + "> readList(WireReader in, int version, int count)");
    out.open("if (count == 1)").line("return List.of(read(in, version));").close();
    out.line(name + "[] elements = new " + name + "[count];");
    out.open("for (int i = 0; i < count; i++)");
    out.line("elements[i] = read(in, version);").close();
    out.line("return List.of(elements);");
    out.close().blank();
  }

  private void emitReadNullable() {
    out.open(
        "static @Nullable List<"
            + struct.name()
            + "> readNullableList(WireReader in, int version, int count)");
    out.line("return count < 0 ? null : readList(in, version, count);");
    out.close().blank();
  }

  private void emitSize() {
    boolean nullable = arrays.stream().anyMatch(Field::isNullable);
    String name = struct.name();
    out.open(
        "static int sizeOfAll("
            + (nullable ? "@Nullable " : "")
            + "List<"
            + name
            + "> elements, int version)");
    if (nullable) {
      out.open("if (elements == null)").line("return 0;").close();
    }
    out.line("int size = 0;");
    out.open("for (" + name + " e : elements)").line("size += e.size(version);").close();
    out.line("return size;");
    out.close().blank();
  }
}
