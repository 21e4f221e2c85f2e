package io.weir.coordinator.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the writes of a core become records. Stateless.
 *
 * @param <W> a write of the core's
 */
public interface StateEncoding<W> {
  /**
   * The records of a write, at least one, which become visible together.
   *
   * @throws IllegalArgumentException when one of them has no encoding
   */
  List<EncodedRecord> encode(W write);

  /** The producer in whose transaction the write is; null outside of one. */
  default @Nullable ProducerStamp stampOf(W write) {
    return null;
  }
}
