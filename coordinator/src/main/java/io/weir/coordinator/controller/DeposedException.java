package io.weir.coordinator.controller;

/** This node is not, or no longer, the controller: nothing was written, and the term is over. */
public final class DeposedException extends Exception {
  private static final long serialVersionUID = 1L;

  public DeposedException(String message) {
    super(message);
  }

  public DeposedException(String message, Throwable cause) {
    super(message, cause);
  }
}
