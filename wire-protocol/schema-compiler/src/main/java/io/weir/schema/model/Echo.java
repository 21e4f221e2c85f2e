package io.weir.schema.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something of a request that its error reply repeats.
 *
 * @param path to it from the request's struct: arrays whose elements are gone through, then the
 *     field itself; empty when it is the element of an array of primitives
 */
public record Echo(Type type, List<Field> path) {
  /** What lies in a struct; the element itself when that is no struct. */
  public record Source(Type element, List<Field> fields) {
    /** An element of this type, in this request. */
    public static Source of(Type element, Message request) {
      return new Source(
          element,
          element instanceof StructType struct ? request.struct(struct).fields() : List.of());
    }

    private Optional<Field> field(String name) {
      return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }
  }

  /** Whether it stands for as many values as the arrays on the way to it have elements. */
  public boolean isFlattened() {
    return path.size() > 1;
  }

  /** The field that is repeated; empty when it is the element of an array of primitives. */
  public Optional<Field> field() {
    return path.isEmpty() ? Optional.empty() : Optional.of(path.getLast());
  }

  /**
   * Finds what an echo names.
   *
   * @param source the request, or what the surrounding array of the request holds
   * @return empty when there is no such thing
   */
  public static Optional<Echo> find(String name, Source source, Message request) {
    if (name.equals(Field.ELEMENT)) {
      return source.element instanceof Primitive
          ? Optional.of(new Echo(source.element, List.of()))
          : Optional.empty();
    }
    List<Field> path = new ArrayList<>();
    Source here = source;
    for (String step : name.split("\\.", -1)) {
      Optional<Field> field = here.field(step);
      if (field.isEmpty()) {
        return Optional.empty();
      }
      path.add(field.get());
      here =
          field.get().type() instanceof ArrayType(Type element)
              ? Source.of(element, request)
              : new Source(field.get().type(), List.of());
    }
    return Optional.of(new Echo(path.getLast().type(), List.copyOf(path)));
  }
}
