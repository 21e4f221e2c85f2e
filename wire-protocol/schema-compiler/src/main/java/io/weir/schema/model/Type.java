package io.weir.schema.model;

/** The type of a field. */
public sealed interface Type permits Primitive, StructType, ArrayType {}
