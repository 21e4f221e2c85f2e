package io.weir.coordinator.controller.core;

import io.weir.protocol.model.ErrorCode;

/** Why a client does not get what it asked for. Kept within the core: a client sees an answer. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode error;

  /**
   * @param message in words for the client
   */
  Refusal(ErrorCode error, String message) {
    super(message, null, false, false);
    this.error = error;
  }

  ErrorCode error() {
    return error;
  }

  /** The message; never null. */
  String words() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
