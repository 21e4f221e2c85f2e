package io.weir.coordinator.transaction.core;

/**
 * One life of a producer: its id, and the epoch that fences earlier lives. Immutable.
 *
 * @param id -1 for none
 * @param epoch -1 for none
 */
public record Producer(long id, short epoch) {
  public static final Producer NONE = new Producer(-1, (short) -1);

  /** The last epoch that is given to a producer; the one above is left to fence it. */
  static final short LAST_EPOCH = Short.MAX_VALUE - 1;

  boolean isNone() {
    return id < 0;
  }

  boolean isExhausted() {
    return epoch >= LAST_EPOCH;
  }

  Producer bumped() {
    if (epoch == Short.MAX_VALUE) {
      throw new IllegalStateException("no epoch above that of " + this);
    }
    return new Producer(id, (short) (epoch + 1));
  }

  static Producer first(long id) {
    return new Producer(id, (short) 0);
  }
}
