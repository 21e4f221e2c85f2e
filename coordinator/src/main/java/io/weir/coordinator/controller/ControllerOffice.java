package io.weir.coordinator.controller;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This node's place for a controller: empty, or with a term in it. Thread-safe: the lock guards the
 * one field, and is never held while something else is waited for.
 */
public final class ControllerOffice {
  private final ControllerTerm.Surroundings surroundings;
  private final Runnable onResigned;
  private @Nullable ControllerTerm term;
  private boolean closed;

  /**
   * An empty one; {@code onResigned} is called when a term ended by itself: so must the candidacy.
   */
  public ControllerOffice(ControllerTerm.Surroundings surroundings, Runnable onResigned) {
    this.surroundings = surroundings;
    this.onResigned = onResigned;
  }

  /** The term that runs here, if one does. */
  public synchronized Optional<ControllerTerm> term() {
    return Optional.ofNullable(term);
  }

  /** This node was elected. */
  public synchronized void enter(ControlStore store) {
    leave();
    if (closed) {
      return;
    }
    ControllerTerm entering = new ControllerTerm(surroundings, store, this::over);

    term = entering;
    entering.start();
  }

  /** Another node is controller, or the session with ZooKeeper is lost. */
  public synchronized void leave() {
    ControllerTerm leaving = term;
    term = null;
    if (leaving != null) {
      leaving.end();
    }
  }

  private void over(ControllerTerm ended) {
    boolean byItself;
    synchronized (this) {
      byItself = ended.equals(term);
      if (byItself) {
        term = null;
      }
    }
    if (byItself) {
      onResigned.run();
    }
  }

  /** Ends the term, if there is one, waits for its end, and takes no other. */
  public void close() throws InterruptedException {
    ControllerTerm leaving;
    synchronized (this) {
      closed = true;
      leaving = term;
      leave();
    }
    if (leaving != null) {
      leaving.awaitEnd();
    }
  }
}
