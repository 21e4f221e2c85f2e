/**
 * What decides about groups: no threads, no clock, no I/O, no randomness. A request and the time go
 * in; answers and writes come out.
 */
@NullMarked
package io.weir.coordinator.group.core;

import org.jspecify.annotations.NullMarked;
