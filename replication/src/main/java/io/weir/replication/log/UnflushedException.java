package io.weir.replication.log;

import java.io.IOException;

/**
 * What was written could not be put on disk. The system may have dropped it and forgotten that it
 * did, so it must not be tried again as if nothing had happened.
 */
final class UnflushedException extends IOException {
  private static final long serialVersionUID = 1L;

  UnflushedException(IOException cause) {
    super(cause.toString(), cause);
  }
}
