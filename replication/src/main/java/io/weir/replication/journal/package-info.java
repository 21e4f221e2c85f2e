/**
 * The journal of a log directory: what makes appends durable with one flush over all partitions. It
 * knows logs only as {@link io.weir.replication.journal.JournaledLog}; see
 * docs/decisions/0009-durability.md.
 */
@NullMarked
package io.weir.replication.journal;

import org.jspecify.annotations.NullMarked;
