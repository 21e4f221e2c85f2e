package io.weir.schema.model;

/** A struct of the same message, by name. */
public record StructType(String name) implements Type {
  @Override
  public String toString() {
    return name;
  }
}
