package io.weir.schema.model;

/** A definition cannot be read or makes no sense. The message starts with file and line. */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SchemaException(Position position, String problem) {
    super(position + ": " + problem);
  }
}
