/** Joins the group coordinator to the replicated partitions of the offsets topic. */
@NullMarked
package io.weir.broker.group;

import org.jspecify.annotations.NullMarked;
