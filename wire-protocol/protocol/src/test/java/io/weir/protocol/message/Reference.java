package io.weir.protocol.message;

/**
 * Another codec of the protocol, to compare ours with. Messages are called as ours are.
 * Implementations may live in a class loader of their own, hence only types of Java here.
 */
public interface Reference {
  /** Whether it knows this version of the message. */
  boolean has(String message, int version);

  /** A message that could come over the wire, with much variety in its values. */
  byte[] random(String message, int version, long seed);

  /** Decodes a message to its last byte and encodes it again. */
  byte[] roundTrip(String message, int version, byte[] bytes);
}
