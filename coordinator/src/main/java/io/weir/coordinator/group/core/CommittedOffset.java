package io.weir.coordinator.group.core;

/**
 * An offset as a group committed it. Immutable.
 *
 * @param offset the next one the group wants to read
 * @param leaderEpoch of the last record that was consumed; -1 when the committer did not say
 * @param metadata the committer's own words; empty rather than absent
 * @param commitTimestampMs wall clock of the coordinator
 * @param expireTimestampMs wall clock after which the offset may go, as old clients ask for; {@link
 *     #NO_EXPIRY} when the broker's retention decides
 */
public record CommittedOffset(
    long offset, int leaderEpoch, String metadata, long commitTimestampMs, long expireTimestampMs) {
  public static final long NO_EXPIRY = -1;
}
