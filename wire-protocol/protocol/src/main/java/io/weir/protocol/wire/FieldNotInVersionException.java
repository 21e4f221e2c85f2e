package io.weir.protocol.wire;

/**
 * A message was to be written in a version that lacks one of its fields, and the field holds
 * something that must not be lost. A mistake of the sender, which is this node: it answered
 * something that the client's version cannot express.
 */
public final class FieldNotInVersionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public FieldNotInVersionException(String field, int version) {
    super("version " + version + " cannot carry what is in the field " + field);
  }
}
