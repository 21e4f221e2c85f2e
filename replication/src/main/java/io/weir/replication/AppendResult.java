package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What became of an {@link AppendRequest}. Immutable. */
public sealed interface AppendResult {
  /**
   * The records are in the log, as safe as the request asked for; also the answer to a retry of a
   * batch that was appended before.
   *
   * @param baseOffset offset of the first record
   * @param logAppendTimeMs the broker's timestamp of the records where the topic asks for it, else
   *     -1
   * @param logStartOffset first offset that the log still has
   */
  record Appended(long baseOffset, long logAppendTimeMs, long logStartOffset)
      implements AppendResult {}

  /**
   * Nothing is known to be written, or not as safely as the request asked for.
   *
   * @param message more for the client's log, or null
   */
  record Refused(ErrorCode error, @Nullable String message) implements AppendResult {}
}
