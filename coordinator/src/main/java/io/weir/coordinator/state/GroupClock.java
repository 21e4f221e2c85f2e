package io.weir.coordinator.state;

import java.util.concurrent.TimeUnit;

/** Tells the time. Thread-safe. */
@FunctionalInterface
public interface GroupClock {
  Now now();

  /** The machine's clocks. */
  static GroupClock system() {
    return () ->
        new Now(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), System.currentTimeMillis());
  }
}
