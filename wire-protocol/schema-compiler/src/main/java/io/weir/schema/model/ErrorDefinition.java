package io.weir.schema.model;

/**
 * An error that the protocol can report.
 *
 * @param code its number on the wire
 * @param retriable whether the same request may succeed later
 * @param doc what it means, in a sentence
 */
public record ErrorDefinition(
    int code, String name, boolean retriable, String doc, Position position) {
  /** The code of what went wrong without a code of its own. */
  public static final int LOWEST_CODE = -1;

  /** The name of code 0, which the generated sources use. */
  public static final String NONE = "NONE";
}
