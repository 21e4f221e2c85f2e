package io.weir.replication.log;

import io.weir.protocol.model.ErrorCode;

/** Whether a batch of an idempotent producer may be appended. */
public sealed interface ProducerCheck {
  /** It is the next one, or its producer is unknown here. */
  record Accept() implements ProducerCheck {}

  /**
   * It is in the log already: the answer to an earlier try was lost.
   *
   * @param baseOffset where it was appended
   * @param nextOffset the offset after its last one
   * @param logAppendTimeMs the timestamp that it was given then; -1 when the producer's own were
   *     kept
   */
  record Duplicate(long baseOffset, long nextOffset, long logAppendTimeMs)
      implements ProducerCheck {}

  record Refuse(ErrorCode errorCode, String message) implements ProducerCheck {}
}
