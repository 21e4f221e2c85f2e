/** Stories about groups, told to the core. */
@NullMarked
package io.weir.coordinator.group.core;

import org.jspecify.annotations.NullMarked;
