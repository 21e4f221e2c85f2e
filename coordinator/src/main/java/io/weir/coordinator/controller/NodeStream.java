package io.weir.coordinator.controller;

/**
 * The controller's end of a node's stream. {@link #send} and {@link #end} are called by the
 * controller's thread only and never block.
 */
public interface NodeStream {
  /**
   * Sends metadata.
   *
   * @return false when the node lags too far behind: it was not sent, and the stream should end
   */
  boolean send(MetadataUpdate update);

  /** Ends the stream, saying why. Nothing happens when it has ended. */
  void end(String reason);
}
