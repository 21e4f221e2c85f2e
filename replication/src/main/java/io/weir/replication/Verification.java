package io.weir.replication;

import io.weir.protocol.model.ErrorCode;

/** Answer to a {@link VerificationRequest}. Immutable. */
public sealed interface Verification {
  /** That producer epoch has a transaction open in this log. */
  record NotNeeded() implements Verification {}

  /**
   * The batch would open a transaction. The coordinator is to be asked, and the guard given with
   * the append: where the transaction ends meanwhile, the guard is void and the batch refused.
   *
   * @param guard never {@link AppendRequest#NO_GUARD}
   */
  record Needed(long guard) implements Verification {}

  /** A batch of that producer epoch would not be taken here. */
  record Refused(ErrorCode error) implements Verification {}
}
