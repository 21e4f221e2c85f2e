package io.weir.replication.compaction;

import java.io.IOException;

/** A log has bytes that cannot be compacted: they are not what was once written. */
final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedLogException(String message) {
    super(message);
  }
}
