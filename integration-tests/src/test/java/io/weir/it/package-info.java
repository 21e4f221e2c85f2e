/**
 * Clusters of real processes, a load that knows what was acknowledged, and the faults that both
 * must survive.
 */
@NullMarked
package io.weir.it;

import org.jspecify.annotations.NullMarked;
