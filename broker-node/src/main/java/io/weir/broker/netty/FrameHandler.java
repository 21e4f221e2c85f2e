package io.weir.broker.netty;

import io.netty.buffer.ByteBuf;

/** What becomes of a request. Called on the event loop of its connection, so it must not block. */
@FunctionalInterface
public interface FrameHandler {
  /**
   * Takes the request; the exchange is answered or ended later or at once, on any thread.
   *
   * @param frame header and body; released by the caller after this returns, so what is needed
   *     longer is retained
   * @throws BadFrameException the bytes are no request that can be answered: the connection is
   *     closed
   */
  void onFrame(Exchange exchange, ByteBuf frame) throws BadFrameException;
}
