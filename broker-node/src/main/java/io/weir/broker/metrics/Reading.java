package io.weir.broker.metrics;

/**
 * What a partition's leader says about a {@link Position}. Immutable.
 *
 * @param highWatermark where committed records end, exclusive
 * @param timestampMs milliseconds since 1970 of the first record at or after the position, exact to
 *     its batch; {@link #NO_TIMESTAMP} where there is none, or it has none
 */
public record Reading(long highWatermark, long timestampMs) {
  public static final long NO_TIMESTAMP = -1;
}
