/** What the coordinators need of the partitions that keep their state. */
@NullMarked
package io.weir.coordinator.state;

import org.jspecify.annotations.NullMarked;
