package io.weir.coordinator.state;

import io.weir.protocol.model.ErrorCode;
import java.util.List;

/**
 * What decides in a {@link StateShard}: no threads, no clock, no I/O. Confined to the shard's loop.
 *
 * <p>First its log is replayed into it and {@link #loaded} is called, then whatever the shard is
 * asked, {@link #tick} when {@link #nextWakeMs} has come, and {@link #close} at the end.
 *
 * @param <E> what it wants done, which is carried out in the order given
 */
public interface StateMachine<E> {
  /** The whole log was replayed. */
  List<E> loaded(Now now);

  /** Does all that is due. */
  List<E> tick(Now now);

  /** When {@link #tick} is next needed, in monotonic milliseconds. */
  long nextWakeMs();

  /**
   * The leadership, or the trust in this state, has ended: all who wait get the error. Nothing may
   * be asked of the core afterwards.
   */
  List<E> close(ErrorCode error, Now now);
}
