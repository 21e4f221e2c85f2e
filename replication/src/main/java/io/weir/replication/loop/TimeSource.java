package io.weir.replication.loop;

/** The clocks that replication uses. Thread-safe. */
public interface TimeSource {
  /** Milliseconds since an arbitrary moment; never goes back. For durations and time-outs. */
  long monotonicMs();

  /**
   * Milliseconds since 1970 by the machine's clock, which may jump. For retention and timestamps.
   */
  long wallMs();

  /** The machine's clocks. */
  static TimeSource system() {
    return new TimeSource() {
      @Override
      public long monotonicMs() {
        return System.nanoTime() / 1_000_000;
      }

      @Override
      public long wallMs() {
        return System.currentTimeMillis();
      }
    };
  }
}
