/** The coordinator over a log in memory. */
@NullMarked
package io.weir.coordinator.group;

import org.jspecify.annotations.NullMarked;
