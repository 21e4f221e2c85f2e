package io.weir.schema.model;

import java.util.Map;

/**
 * A message: a root struct, and those nested in it.
 *
 * @param flexible the versions with compact lengths and tagged fields
 * @param structs all but the root, by name, in the order of the definition
 */
public record Message(
    Versions versions, Versions flexible, Struct root, Map<String, Struct> structs) {
  public String name() {
    return root.name();
  }

  public Struct struct(StructType type) {
    Struct struct = structs.get(type.name());
    if (struct == null) {
      throw new IllegalArgumentException(name() + " has no struct " + type);
    }
    return struct;
  }
}
