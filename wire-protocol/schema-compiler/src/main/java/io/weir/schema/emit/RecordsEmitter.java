package io.weir.schema.emit;

import io.weir.schema.model.ArrayType;
import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.Primitive;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Type;
import java.util.List;

/** The methods of a struct that holds records, itself or further inside. */
final class RecordsEmitter {
  private final Message message;
  private final Struct struct;
  private final JavaSource out;

  RecordsEmitter(Message message, Struct struct, JavaSource out) {
    this.message = message;
    this.struct = struct;
    this.out = out;
  }

  /** Whether the struct has such methods. */
  static boolean holdsRecords(Message message, Struct struct) {
    return struct.fields().stream().anyMatch(field -> holdsRecords(message, field.type()));
  }

  private static boolean holdsRecords(Message message, Type type) {
    return switch (type) {
      case Primitive primitive -> primitive == Primitive.RECORDS;
      case StructType inner -> holdsRecords(message, message.struct(inner));
      case ArrayType(Type element) -> holdsRecords(message, element);
    };
  }

  void emit(String visibility) {
    emitRelease(visibility);
    out.blank();
    emitRecordsBytes(visibility);
  }

  private void emitRelease(String visibility) {
    out.open(visibility + "void releaseRecords()");
    for (Field field : holders()) {
      String name = field.name();
      switch (field.type()) {
        case Primitive ignored -> guarded(field, name + ".release();");
        case StructType ignored -> guarded(field, name + ".releaseRecords();");
        case ArrayType(Type element) -> guardedLoop(field, element, "e.releaseRecords();");
      }
    }
    out.close();
  }

  private void emitRecordsBytes(String visibility) {
    out.open(visibility + "int recordsBytes()");
    out.line("int bytes = 0;");
    for (Field field : holders()) {
      String name = field.name();
      switch (field.type()) {
        case Primitive ignored -> out.line("bytes += WireSize.recordsBytes(" + name + ");");
        case StructType ignored -> guarded(field, "bytes += " + name + ".recordsBytes();");
        case ArrayType(Type element) -> guardedLoop(field, element, "bytes += e.recordsBytes();");
      }
    }
    out.line("return bytes;");
    out.close();
  }

  private void guardedLoop(Field field, Type element, String line) {
    if (field.isNullable()) {
      out.open("if (" + field.name() + " != null)");
    }
    out.open("for (" + element + " e : " + field.name() + ")").line(line).close();
    if (field.isNullable()) {
      out.close();
    }
  }

  private void guarded(Field field, String line) {
    if (field.isNullable()) {
      out.open("if (" + field.name() + " != null)").line(line).close();
    } else {
      out.line(line);
    }
  }

  private List<Field> holders() {
    return struct.fields().stream().filter(field -> holdsRecords(message, field.type())).toList();
  }
}
