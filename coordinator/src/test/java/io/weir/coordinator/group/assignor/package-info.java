/** Stories about groups, told to the core. */
@NullMarked
package io.weir.coordinator.group.assignor;

import org.jspecify.annotations.NullMarked;
