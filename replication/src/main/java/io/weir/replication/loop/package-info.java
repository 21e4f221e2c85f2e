/** The threads that own partitions, one partition on one thread for good. */
@NullMarked
package io.weir.replication.loop;

import org.jspecify.annotations.NullMarked;
