/** The node process: the one main, start and stop, and the wiring of all parts. */
@NullMarked
package io.weir.broker;

import org.jspecify.annotations.NullMarked;
