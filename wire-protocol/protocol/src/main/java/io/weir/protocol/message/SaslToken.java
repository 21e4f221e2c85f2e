package io.weir.protocol.message;

import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;

/**
 * What client and node send each other after version 0 of SaslHandshake: a token of the mechanism
 * makes up a frame of its own, with no header and no fields. Immutable.
 *
 * <p>What it means is for the mechanism. A token may be empty, and its frame is then nothing but a
 * length of zero; so a node that has accepted a password by PLAIN says that. A refusal has no
 * token: the node closes the connection.
 *
 * <p>Where requests are expected, a frame is such a token only between the answer to the handshake
 * and the end of the exchange; nothing in its bytes tells it from a request. The frame's length is,
 * as with all messages, for whoever cuts and makes frames.
 *
 * @param bytes the token; may hold a password, and therefore belongs in no log
 */
public record SaslToken(ByteBuffer bytes) {
  /** With nothing in it. */
  public static final SaslToken EMPTY = new SaslToken(ByteBuffer.allocate(0));

  /** The buffer's bytes from position to limit must not change any more. */
  public SaslToken {
    bytes = bytes.asReadOnlyBuffer();
  }

  /** Read-only, and each call gives a buffer of its own. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /**
   * Reads a frame to its end. The bytes are copied.
   *
   * @param maxBytes the longest token that is taken from a client that nobody knows yet
   * @throws MalformedMessageException when the token is longer than that
   */
  public static SaslToken read(WireReader in, int maxBytes) {
    if (in.remaining() > maxBytes) {
      throw new MalformedMessageException(
          "token of " + in.remaining() + " bytes, " + maxBytes + " allowed");
    }
    return new SaslToken(in.readRemaining());
  }

  /** How many bytes {@link #write} takes. */
  public int size() {
    return bytes.remaining();
  }

  public void write(WireWriter out) {
    out.writeRemaining(bytes);
  }

  /** Says how long the token is, but not what is in it. */
  @Override
  public String toString() {
    return "SaslToken[" + size() + " bytes]";
  }
}
