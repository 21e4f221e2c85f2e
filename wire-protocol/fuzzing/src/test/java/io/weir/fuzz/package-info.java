/**
 * Whatever reads bytes of clients, tried with hostile ones: {@link io.weir.fuzz.Target} lists the
 * targets, {@link io.weir.fuzz.ShortFuzzTest} runs them a little, the script {@code fuzz} for long,
 * and {@link io.weir.fuzz.KeptInputsTest} replays what was found.
 */
@NullMarked
package io.weir.fuzz;

import org.jspecify.annotations.NullMarked;
