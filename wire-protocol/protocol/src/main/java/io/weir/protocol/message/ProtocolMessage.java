package io.weir.protocol.message;

import io.weir.protocol.wire.FieldNotInVersionException;
import io.weir.protocol.wire.WireWriter;

/**
 * What all messages can do. Messages are immutable; those with records own them until {@link
 * #releaseRecords}.
 *
 * <p>To send one: ask for its size, take a buffer of that size, write it once. Or, with a writer
 * that splices, a buffer of that size less {@link #recordsBytes}.
 */
public interface ProtocolMessage {
  /**
   * How many bytes the message takes in this version.
   *
   * @throws IllegalArgumentException when there is no such version
   */
  int size(int version);

  /**
   * Writes the message in this version. Fields that the version lacks are left out where the
   * definition calls them ignorable, or when they hold their default.
   *
   * @throws FieldNotInVersionException when another field is set that the version lacks
   * @throws IllegalArgumentException when there is no such version
   */
  void write(WireWriter out, int version);

  /** How many of its bytes are records. */
  default int recordsBytes() {
    return 0;
  }

  /**
   * Releases all records in this message. For the owner, once: of a request whoever has used it up,
   * of a response whoever has sent or dropped it. Does nothing where there are none.
   */
  default void releaseRecords() {}
}
