package io.weir.schema.model;

/**
 * An array.
 *
 * @param element not an array itself
 */
public record ArrayType(Type element) implements Type {
  @Override
  public String toString() {
    return "[" + element + "]";
  }
}
