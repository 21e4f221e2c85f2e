/** What a node measures of itself, as Prometheus reads it. */
@NullMarked
package io.weir.broker.metrics;

import org.jspecify.annotations.NullMarked;
