package io.weir.broker.netty;

import io.weir.protocol.wire.WireWriter;

/**
 * An answer that has yet to be written. Either {@link #writeTo} or {@link #discard} is called, on
 * the connection's event loop.
 */
public interface Reply {
  /** How many bytes {@link #writeTo} puts into the buffer: all but records. */
  int bufferBytes();

  /**
   * Writes header and body.
   *
   * @param out splices records, which are released once they have been sent, or cannot be
   */
  void writeTo(WireWriter out);

  /** Releases the records that it holds, since the connection is gone. */
  void discard();
}
