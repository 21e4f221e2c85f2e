/** The group coordinator: routes requests to the shards of {@code __consumer_offsets} led here. */
@NullMarked
package io.weir.coordinator.group;

import org.jspecify.annotations.NullMarked;
