package io.weir.replication;

import java.util.List;

/** What the controller said to an {@link InSyncProposal}. Immutable. */
public sealed interface InSyncAnswer {
  /** Written, now or by an earlier attempt of the same proposal. */
  record Written(int partitionEpoch, List<Integer> inSyncReplicas) implements InSyncAnswer {}

  /** Not written and never will be: it was based on old state, or names a replica that may not. */
  record Refused() implements InSyncAnswer {}

  /** No answer, or none that decides; the proposal may or may not have been written. */
  record Unknown() implements InSyncAnswer {}
}
