package io.weir.schema.model;

import java.util.List;
import java.util.Optional;

/**
 * Something of a request that its error reply repeats.
 *
 * @param field of the request's struct; empty when it is the element of an array of primitives
 */
public record Echo(Type type, Optional<Field> field) {
  /**
   * Finds what an echo names.
   *
   * @param element what the surrounding array of the request holds
   * @param fields those of that element
   * @return empty when this element has no such thing
   */
  public static Optional<Echo> find(String name, Type element, List<Field> fields) {
    if (name.equals(Field.ELEMENT)) {
      return element instanceof Primitive
          ? Optional.of(new Echo(element, Optional.empty()))
          : Optional.empty();
    }
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .map(field -> new Echo(field.type(), Optional.of(field)));
  }
}
