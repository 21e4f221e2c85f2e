package io.weir.replication.log;

import java.io.IOException;
import java.util.Locale;

/**
 * Tells a disk that is full, or a quota that is used up, from one that is broken. The platform has
 * no exception of its own for it; the texts are those of the C library, which the JVM passes on.
 * Stateless.
 */
final class DiskFull {
  private DiskFull() {}

  static boolean is(Throwable failure) {
    if (!(failure instanceof IOException)
        || failure instanceof UnflushedException
        || failure.getMessage() == null) {
      return false;
    }
    String text = failure.getMessage().toLowerCase(Locale.ROOT);
    return text.contains("no space left on device") || text.contains("quota exceeded");
  }
}
