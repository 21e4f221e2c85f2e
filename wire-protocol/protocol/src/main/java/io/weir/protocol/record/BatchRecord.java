package io.weir.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record as its reader sees it. Immutable as far as the batch's memory is: key, value and
 * header values are read-only views of the batch's bytes, valid only as long as the buffer that the
 * batch was read from.
 *
 * @param timestampMs the producer's or the leader's, as the batch's timestamp type says; -1 none
 * @param key null for a record without a key
 * @param value null for a tombstone
 */
public record BatchRecord(
    long offset,
    long timestampMs,
    @Nullable ByteBuffer key,
    @Nullable ByteBuffer value,
    List<Header> headers) {

  public BatchRecord {
    headers = List.copyOf(headers);
  }

  /** A named value beside the record's own. */
  public record Header(String name, @Nullable ByteBuffer value) {}
}
