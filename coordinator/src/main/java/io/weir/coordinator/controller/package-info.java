/**
 * The controller's shell: one thread that feeds the core, writes its records and tells the nodes.
 */
@NullMarked
package io.weir.coordinator.controller;

import org.jspecify.annotations.NullMarked;
