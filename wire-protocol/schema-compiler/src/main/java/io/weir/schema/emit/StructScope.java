package io.weir.schema.emit;

import io.weir.schema.model.Field;
import io.weir.schema.model.Message;
import io.weir.schema.model.MinimumSize;
import io.weir.schema.model.Struct;
import io.weir.schema.model.StructType;
import io.weir.schema.model.Versions;

/**
 * A struct within its message: what the emitters of its methods ask about.
 *
 * @param message that it belongs to
 */
record StructScope(Message message, Struct struct) {
  static final String COMPACT = "compact";

  boolean isRoot() {
    return struct.name().equals(message.name());
  }

  /** The versions in which the struct's methods can be called. */
  Versions versions() {
    return struct.versions().intersect(message.versions());
  }

  Condition present(Field field) {
    return Condition.of(field.versions(), versions());
  }

  Condition nullable(Field field) {
    return Condition.of(field.nullable(), versions().intersect(field.versions()));
  }

  Condition flexible() {
    return Condition.of(message.flexible(), versions());
  }

  /** The expression that says whether lengths are compact; for tagged fields it is certain. */
  String compact(Field field) {
    if (field.isTagged() || flexible().isAlways()) {
      return "true";
    }
    return flexible().isNever() ? "false" : COMPACT;
  }

  /** Starts a method with what its expressions use. */
  void declareCompact(JavaSource out) {
    if (!flexible().isAlways() && !flexible().isNever()) {
      out.line("boolean " + COMPACT + " = " + flexible().bare() + ";");
    }
  }

  /** What an element of an array takes at least. */
  int minimumBytes(StructType element) {
    return new MinimumSize(message).of(message.struct(element));
  }
}
