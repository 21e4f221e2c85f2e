package io.weir.coordinator;

/**
 * The node cannot take part in the cluster. The message is one line for an operator: what happened
 * and what to do about it.
 */
public class CoordinationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CoordinationException(String message) {
    super(message);
  }

  public CoordinationException(String message, Throwable cause) {
    super(message, cause);
  }
}
