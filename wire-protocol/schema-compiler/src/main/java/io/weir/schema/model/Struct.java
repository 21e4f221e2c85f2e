package io.weir.schema.model;

import java.util.List;

/**
 * A group of fields, in the order of the wire.
 *
 * @param versions of the message in which it can occur
 */
public record Struct(
    String name, Versions versions, List<Field> fields, String doc, Position position) {
  /** Those that are not tagged, in the order of the wire. */
  public List<Field> plainFields() {
    return fields.stream().filter(field -> !field.isTagged()).toList();
  }

  /** In the order of their tags. */
  public List<Field> taggedFields() {
    return fields.stream()
        .filter(Field::isTagged)
        .sorted((a, b) -> Integer.compare(a.tag().orElseThrow(), b.tag().orElseThrow()))
        .toList();
  }
}
