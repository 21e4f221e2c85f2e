/** Who of a group's members shall read which partitions. Pure: the same input, the same answer. */
@NullMarked
package io.weir.coordinator.group.assignor;

import org.jspecify.annotations.NullMarked;
