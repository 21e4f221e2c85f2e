package io.weir.replication.log;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files the system lets this process have open, held against what logs need: each the file
 * of its active segment, and those of sealed segments that are read. Stateless.
 */
final class OpenFileLimit {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFileLimit.class);

  /** For each partition: its active segment, and one that is read. */
  private static final int FOR_A_PARTITION = 2;

  /** For connections, libraries, and what else is not a log. */
  private static final int FOR_THE_REST = 1000;

  private OpenFileLimit() {}

  /** Says so where the limit is low for the partitions of a directory. */
  static void check(Path directory, int partitions) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      String warning = warning(partitions, system.getMaxFileDescriptorCount());
      if (warning != null) {
        LOG.warn("{}: {}", directory, warning);
      }
    }
  }

  /**
   * One line; null where the limit is high enough.
   *
   * @param limit how many files may be open; -1 unknown
   */
  static @Nullable String warning(int partitions, long limit) {
    long needed = (long) FOR_A_PARTITION * partitions + FOR_THE_REST;
    return limit < 0 || limit >= needed
        ? null
        : "%d partitions may need %d open files and the limit is %d: raise it (ulimit -n, LimitNOFILE=)"
            .formatted(partitions, needed, limit);
  }
}
