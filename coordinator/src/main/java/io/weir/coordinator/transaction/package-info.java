/**
 * The transaction coordinator: routes requests to the shards of {@code __transaction_state} led
 * here.
 */
@NullMarked
package io.weir.coordinator.transaction;

import org.jspecify.annotations.NullMarked;
