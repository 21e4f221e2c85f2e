/** What every node knows of the cluster: an immutable image, and the records that change it. */
@NullMarked
package io.weir.coordinator.metadata;

import org.jspecify.annotations.NullMarked;
