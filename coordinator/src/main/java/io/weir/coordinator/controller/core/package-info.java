/** The controller's decisions: events in, records and effects out. No threads, clock or I/O. */
@NullMarked
package io.weir.coordinator.controller.core;

import org.jspecify.annotations.NullMarked;
