/**
 * What the coordinators share: the partitions that keep their state, their records, time, answers.
 */
@NullMarked
package io.weir.coordinator.state;

import org.jspecify.annotations.NullMarked;
