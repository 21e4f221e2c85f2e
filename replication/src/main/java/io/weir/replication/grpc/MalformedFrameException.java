package io.weir.replication.grpc;

/** A peer sent bytes that are no frame of this protocol: the stream is closed. */
public final class MalformedFrameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedFrameException(String message) {
    super(message);
  }
}
