package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** Stops processes that are not children of this one. Stateless. */
final class OrphanStop {
  private static final long POLL_MS = 20;

  private OrphanStop() {}

  /**
   * Asks all to stop, and waits until they are gone.
   *
   * @param patienceMs how long they may take together; what is left then is killed
   */
  static void stop(Collection<ProcessHandle> processes, long patienceMs)
      throws InterruptedException {
    processes.forEach(ProcessHandle::destroy);
    if (!areGone(processes, patienceMs)) {
      processes.forEach(ProcessHandle::destroyForcibly);
      if (!areGone(processes, patienceMs)) {
        throw new CommandFailure(
            "a process of an earlier start does not end (pids "
                + processes.stream().map(ProcessHandle::pid).toList()
                + ")",
            "see what holds it, and try again");
      }
    }
  }

  /** A process that is not a child cannot be waited for, only looked at. */
  private static boolean areGone(Collection<ProcessHandle> processes, long ms)
      throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (processes.stream().anyMatch(ProcessIdentity::isRunning)) {
      if (System.nanoTime() - endNs > 0) {
        return false;
      }
      Thread.sleep(POLL_MS);
    }
    return true;
  }
}
