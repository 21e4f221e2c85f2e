package io.weir.replication.compaction.core;

import java.util.Set;

/**
 * What the log must go on to say of a producer that is still known, so that a replica that reads it
 * knows as much. Immutable.
 *
 * @param batches base offsets of its last batches of this epoch, by which duplicates are recognised
 */
public record ProducerHold(short epoch, Set<Long> batches) {}
