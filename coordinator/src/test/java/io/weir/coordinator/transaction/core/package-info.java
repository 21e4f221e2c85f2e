/** Stories about groups, told to the core. */
@NullMarked
package io.weir.coordinator.transaction.core;

import org.jspecify.annotations.NullMarked;
