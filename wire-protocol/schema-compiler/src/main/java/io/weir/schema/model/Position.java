package io.weir.schema.model;

/**
 * A place in a definition file.
 *
 * @param line from 1
 */
public record Position(String file, int line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
