package io.weir.deploy.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that may have ended meanwhile. The time of its start tells it from a later one that was
 * given the same number. Immutable.
 *
 * @param startedMs when it started, in ms since 1970, as the operating system says; 0 when it does
 *     not say
 */
record ProcessIdentity(long pid, long startedMs) {
  static ProcessIdentity of(ProcessHandle process) {
    return new ProcessIdentity(process.pid(), startOf(process));
  }

  /** The process, if it is still running. */
  Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid).filter(ProcessIdentity::isRunning).filter(this::isSame);
  }

  /**
   * Where nobody collects ended orphans, as in a container without an init, they stay as zombies,
   * which Java takes for alive.
   */
  static boolean isRunning(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      // pid (command) state ...: the command may hold anything, so the state is looked for from the
      // end.
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false; // No /proc on this system, or the process has just ended.
    }
  }

  private boolean isSame(ProcessHandle process) {
    long started = startOf(process);
    // Derived from the clock and the time since boot, so it moves a little when the clock is set.
    return started == 0 || startedMs == 0 || Math.abs(started - startedMs) < 2_000;
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
