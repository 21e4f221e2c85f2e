/**
 * What compaction decides: what of a log is dirty, which log goes first, which segments become one,
 * what stays of a batch. No threads, clock or I/O.
 */
@NullMarked
package io.weir.replication.compaction.core;

import org.jspecify.annotations.NullMarked;
