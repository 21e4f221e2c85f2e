package io.weir.broker;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures after which the process must not go on: a thread ended that nothing replaces, or memory
 * ran out. The process halts at once with exit code 1, since a node that is half alive is worse for
 * its cluster than one that is gone. Thread-safe.
 */
final class FatalErrors implements Thread.UncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);

  private final AtomicBoolean halting = new AtomicBoolean();

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    halt("thread " + thread.getName() + " failed", failure);
  }

  /** For what is no bug: one line says all there is to say. */
  void halt(String why) {
    if (!halting.compareAndSet(false, true)) {
      return;
    }
    try {
      System.err.println("weir: " + why + ": the node stops");
      LOG.error("{}: the node stops", why);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }

  void halt(String what, Throwable failure) {
    if (!halting.compareAndSet(false, true)) {
      return;
    }
    try {
      System.err.println("weir: " + what + " (" + failure + "): the node stops; see its log");
      LOG.error("{}, the node stops", what, failure);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }
}
