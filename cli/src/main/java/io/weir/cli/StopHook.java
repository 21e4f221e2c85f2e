package io.weir.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C and SIGTERM an orderly end with exit code 0. On the signal it asks the command to
 * stop, and holds back the end of the JVM until the command has closed this hook, having released
 * all else before.
 *
 * <pre>
 *   installed --signal--> asked to stop --close()--> JVM halts with 0   (or with 1 when close() does not come in time)
 *   installed --close()--> gone: the command ends by itself, with its own exit code
 * </pre>
 *
 * Thread-safe: {@code request} runs on the JVM's thread for the signal, {@link #close} on the
 * command's.
 */
public final class StopHook implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param request asks the command to stop; must not block
   * @param patienceSeconds how long the command may take to stop
   */
  public StopHook(Runnable request, long patienceSeconds) {
    hook = new Thread(() -> stop(request, patienceSeconds), "stop-hook");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop(Runnable request, long patienceSeconds) {
    request.run();
    boolean stopped = false;
    try {
      stopped = closed.await(patienceSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(stopped ? 0 : 1);
  }

  @Override
  public void close() {
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal came: the hook is running, and ends the JVM as soon as it hears of this.
      closed.countDown();
    }
  }
}
