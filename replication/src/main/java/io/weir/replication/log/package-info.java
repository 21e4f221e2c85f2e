/**
 * A partition's log on disk: segments, their indexes, leader epochs, producer state, recovery,
 * retention. The only package of this module that touches files.
 */
@NullMarked
package io.weir.replication.log;

import org.jspecify.annotations.NullMarked;
