/** The coordinator over a log in memory. */
@NullMarked
package io.weir.coordinator.transaction;

import org.jspecify.annotations.NullMarked;
