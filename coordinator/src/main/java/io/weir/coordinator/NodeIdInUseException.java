package io.weir.coordinator;

/** Another machine is registered under this node id. */
public final class NodeIdInUseException extends CoordinationException {
  private static final long serialVersionUID = 1L;

  public NodeIdInUseException(String message) {
    super(message);
  }
}
