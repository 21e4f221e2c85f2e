package io.weir.schema.model;

import java.util.stream.IntStream;

/**
 * How few bytes values can take on the wire. Decoding compares an array's announced length with it.
 *
 * @param message whose structs and versions count
 */
public record MinimumSize(Message message) {
  /** Over all versions of the message in which the struct occurs. */
  public int of(Struct struct) {
    Versions versions = struct.versions().intersect(message.versions());
    return IntStream.rangeClosed(versions.lowest(), versions.highest())
        .map(version -> of(struct, version))
        .min()
        .orElse(0);
  }

  /** Of one version. */
  public int of(Struct struct, int version) {
    int fields =
        struct.plainFields().stream()
            .filter(field -> field.versions().contains(version))
            .mapToInt(field -> of(field, version))
            .sum();
    return fields + (message.flexible().contains(version) ? 1 : 0);
  }

  private int of(Field field, int version) {
    boolean compact = message.flexible().contains(version);
    return switch (field.type()) {
      case Primitive type -> type.isVariable() && compact ? 1 : type.bytes();
      case ArrayType ignored -> compact ? 1 : Integer.BYTES;
      case StructType type ->
          field.nullable().contains(version) ? 1 : of(message.struct(type), version);
    };
  }
}
