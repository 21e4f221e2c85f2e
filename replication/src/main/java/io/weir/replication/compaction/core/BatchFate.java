package io.weir.replication.compaction.core;

import java.util.BitSet;

/** What becomes of one batch. Immutable, but for the set of records, which the receiver owns. */
public sealed interface BatchFate {
  /** It stays as it is, byte for byte. */
  record Keep() implements BatchFate {}

  /** Nothing of it stays. */
  record Drop() implements BatchFate {}

  /**
   * It is written anew, with its offsets, epochs and sequence as they are.
   *
   * @param records which of its records stay, by their place in the batch; maybe none
   * @param deleteHorizonMs for its header; -1 for none
   */
  record Rewrite(BitSet records, long deleteHorizonMs) implements BatchFate {}

  /** The one instance that is needed. */
  BatchFate KEEP = new Keep();

  /** The one instance that is needed. */
  BatchFate DROP = new Drop();
}
