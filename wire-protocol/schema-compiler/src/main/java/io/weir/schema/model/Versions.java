package io.weir.schema.model;

/**
 * A range of versions, both ends inclusive; empty when the lowest is above the highest.
 *
 * @param highest {@link #OPEN} for a range without an end
 */
public record Versions(int lowest, int highest) {
  /** The end of a range like {@code 3+}. */
  public static final int OPEN = Short.MAX_VALUE;

  public static final Versions NONE = new Versions(OPEN, -1);

  public static Versions from(int lowest) {
    return new Versions(lowest, OPEN);
  }

  public boolean isEmpty() {
    return lowest > highest;
  }

  public boolean contains(int version) {
    return version >= lowest && version <= highest;
  }

  /** Whether all of the other's versions are in this range. */
  public boolean covers(Versions other) {
    return other.isEmpty() || (lowest <= other.lowest && highest >= other.highest);
  }

  public Versions intersect(Versions other) {
    return new Versions(Math.max(lowest, other.lowest), Math.min(highest, other.highest));
  }

  @Override
  public String toString() {
    if (isEmpty()) {
      return "none";
    }
    if (highest == OPEN) {
      return lowest + "+";
    }
    return lowest == highest ? String.valueOf(lowest) : lowest + "-" + highest;
  }
}
