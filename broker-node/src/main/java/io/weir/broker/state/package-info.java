/** Joins the coordinators to the replicated partitions that keep their state. */
@NullMarked
package io.weir.broker.state;

import org.jspecify.annotations.NullMarked;
