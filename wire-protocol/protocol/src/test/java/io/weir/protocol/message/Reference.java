package io.weir.protocol.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Another codec of the protocol, to compare ours with. Messages are called as ours are.
 * Implementations may live in a class loader of their own, hence only types of Java here.
 */
public interface Reference {
  /** Whether it knows this version of the message. */
  boolean has(String message, int version);

  /**
   * A message that could come over the wire, with much variety in its values.
   *
   * @param unknownTags whether it holds tagged fields that nobody knows, where it can
   */
  byte[] random(String message, int version, long seed, boolean unknownTags);

  /** As above, with known fields only. */
  default byte[] random(String message, int version, long seed) {
    return random(message, version, seed, false);
  }

  /** Decodes a message to its last byte and encodes it again. */
  byte[] roundTrip(String message, int version, byte[] bytes);

  /**
   * Decodes a message to its last byte and gives its fields by name, except for tagged fields at
   * their default: a Long for numbers of whole, a ByteBuffer for bytes, a Map for a struct, and for
   * records their size, with {@code SizeInBytes} after the name.
   */
  Map<String, @Nullable Object> fields(String message, int version, byte[] bytes);

  /** The JSON that the codec is generated from; null when it has no such message. */
  @Nullable String definition(String message);

  /** Which version of the request header goes with a version of a request. */
  int requestHeaderVersion(int apiKey, int version);

  /** Which version of the response header goes with a version of a response. */
  int responseHeaderVersion(int apiKey, int version);
}
