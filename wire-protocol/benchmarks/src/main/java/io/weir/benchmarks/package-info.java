/**
 * What the codec costs beside Kafka's own, as JMH benchmarks: {@code wire-protocol/benchmarks/run}.
 */
@NullMarked
package io.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
