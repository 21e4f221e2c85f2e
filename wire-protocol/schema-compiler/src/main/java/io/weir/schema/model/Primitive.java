package io.weir.schema.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The types that are not made of fields. */
public enum Primitive implements Type {
  BOOL(1, false),
  INT8(1, false),
  INT16(2, false),
  UINT16(2, false),
  INT32(4, false),
  INT64(8, false),
  FLOAT64(8, false),
  UUID(16, false),
  /** An error code: 16 bits. */
  ERROR(2, false),
  STRING(2, true),
  BYTES(4, true),
  RECORDS(4, true);

  private final int bytes;
  private final boolean variable;

  Primitive(int bytes, boolean variable) {
    this.bytes = bytes;
    this.variable = variable;
  }

  /** Whether it has a length in front, and may be null. */
  public boolean isVariable() {
    return variable;
  }

  /** Bytes on the wire; of a variable type, those of the length in inflexible versions. */
  public int bytes() {
    return bytes;
  }

  public static Optional<Primitive> named(String name) {
    return Arrays.stream(values()).filter(type -> type.toString().equals(name)).findFirst();
  }

  /** Its name in definitions. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
