package io.weir.schema.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A field of a struct.
 *
 * @param versions of the message that have it; within those of the struct
 * @param nullable the versions in which it may be null
 * @param tag its number when it is a tagged field
 * @param ignorable whether a value is dropped silently in versions that lack the field, and null
 *     becomes something empty in versions that lack null
 * @param fallback its default as written, a string without quotes; empty for the type's own
 * @param entity what it identifies
 * @param echoes what of the request an error reply repeats here: names of fields, with dots where
 *     they lie in the elements of arrays, or a dot alone for the array's element
 */
public record Field(
    String name,
    Type type,
    Versions versions,
    Versions nullable,
    OptionalInt tag,
    boolean ignorable,
    Optional<String> fallback,
    Optional<Entity> entity,
    List<String> echoes,
    String doc,
    Position position) {

  /** The echo that stands for an element of an array of primitives. */
  public static final String ELEMENT = ".";

  public boolean isNullable() {
    return !nullable.isEmpty();
  }

  public boolean isTagged() {
    return tag.isPresent();
  }

  /** Whether its default is null. */
  public boolean isNullByDefault() {
    return fallback.filter(value -> value.equals("null")).isPresent();
  }

  /** Whether error replies put their error here. */
  public boolean isError() {
    return type == Primitive.ERROR
        && (name.equals("errorCode") || entity.filter(e -> e == Entity.ERROR_CODE).isPresent());
  }

  /** Whether error replies put their words here. */
  public boolean isErrorMessage() {
    return entity.filter(e -> e == Entity.ERROR_MESSAGE).isPresent();
  }
}
