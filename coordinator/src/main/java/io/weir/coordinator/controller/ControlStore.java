package io.weir.coordinator.controller;

import io.weir.coordinator.controller.core.ControlRecord;
import io.weir.coordinator.controller.core.StoredState;
import java.util.List;

/**
 * Where a controller keeps what it decides, for one term. Both methods block, for as long as the
 * store is away and the term may still be good; an interrupt ends that.
 *
 * <p>Confined to the controller's thread, except for {@link #end()}.
 */
public interface ControlStore {
  /**
   * Begins the term: from here on no earlier controller can write. The first call.
   *
   * @throws DeposedException when another one was faster
   */
  StoredState takeOver() throws DeposedException;

  /**
   * Writes records, in one go or in several of which each leaves a consistent state. When this
   * returns they are written; when it throws, a part of them may be, and the term is over.
   */
  void write(List<ControlRecord> records) throws DeposedException;

  /** The term is known to be over: what waits gives up. Thread-safe. */
  void end();
}
