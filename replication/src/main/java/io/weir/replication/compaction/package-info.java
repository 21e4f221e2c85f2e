/**
 * Compaction at work: threads that read a log's sealed segments, leave out what newer records or
 * ended transactions have made void, and hand in what they wrote. Files belong to the log package.
 */
@NullMarked
package io.weir.replication.compaction;

import org.jspecify.annotations.NullMarked;
