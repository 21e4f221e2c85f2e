package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * Lets a group have one write under way at most: what is asked meanwhile waits until it has
 * settled, and so decides by committed state only. Confined to the shard.
 *
 * <p>Bounded: past {@link #MAX_WAITING} steps a further one is refused with
 * COORDINATOR_NOT_AVAILABLE. All who wait are told so as well when the write becomes overdue.
 */
final class OneAtATime {
  static final int MAX_WAITING = 10_000;

  /** Something to decide. */
  interface Step {
    /** Decides, and answers or writes through {@link OneAtATime#write}, at most once. */
    void run(Now now, Effects out);

    /** It comes to nothing. May be called after it has been answered: that changes nothing. */
    void refuse(ErrorCode error, Effects out);
  }

  private final Queue<Step> waiting = new ArrayDeque<>();
  private boolean writing;

  boolean isBusy() {
    return writing || !waiting.isEmpty();
  }

  void submit(Step step, Now now, Effects out) {
    if (!writing) {
      step.run(now, out);
    } else if (waiting.size() >= MAX_WAITING) {
      step.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE, out);
    } else {
      waiting.add(step);
    }
  }

  /**
   * Writes for this step, which is refused if the write is, or takes too long.
   *
   * @param committed what follows when the records are in the log and applied, also when it took
   *     long
   */
  void write(
      List<StateRecord> records, Step step, BiConsumer<Now, Effects> committed, Effects out) {
    writing = true;
    out.write(records, new Written(step, committed));
  }

  /** What follows a step's write. */
  private final class Written implements Write.Outcome {
    private final Step step;
    private final BiConsumer<Now, Effects> committed;

    Written(Step step, BiConsumer<Now, Effects> committed) {
      this.step = step;
      this.committed = committed;
    }

    @Override
    public void settled(WriteResult result, Now now, Effects out) {
      writing = false;
      if (result.isCommitted()) {
        committed.accept(now, out);
      } else {
        step.refuse(result.forGroup(), out);
      }
      while (!writing && !waiting.isEmpty()) {
        waiting.remove().run(now, out);
      }
    }

    @Override
    public void overdue(Now now, Effects out) {
      ErrorCode error = WriteResult.UNAVAILABLE.forGroup();
      step.refuse(error, out);
      refuseWaiting(error, out);
    }
  }

  /** All who wait are sent away; who waits for its write hears of that. */
  void refuseWaiting(ErrorCode error, Effects out) {
    while (!waiting.isEmpty()) {
      waiting.remove().refuse(error, out);
    }
  }
}
