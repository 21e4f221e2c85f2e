package io.weir.replication.core;

import java.util.List;

/** What became of a {@link Proposal}. Immutable. */
public sealed interface ProposalOutcome {
  /** The controller wrote it. */
  record Written(int partitionEpoch, List<Integer> inSyncReplicas) implements ProposalOutcome {}

  /** The controller did not write it and will not. */
  record Refused() implements ProposalOutcome {}

  /** It may have been written, or may be written yet. */
  record Unknown() implements ProposalOutcome {}
}
