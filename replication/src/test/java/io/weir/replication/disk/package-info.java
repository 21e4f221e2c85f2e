/** A disk in memory that fails as disks do, from a seed: for tests of what is written to files. */
@NullMarked
package io.weir.replication.disk;

import org.jspecify.annotations.NullMarked;
