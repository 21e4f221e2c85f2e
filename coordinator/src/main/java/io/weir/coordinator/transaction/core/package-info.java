/**
 * What decides about transactions: no threads, no clock, no I/O, no randomness. A request and the
 * time go in; answers, writes and markers to send come out.
 */
@NullMarked
package io.weir.coordinator.transaction.core;

import org.jspecify.annotations.NullMarked;
