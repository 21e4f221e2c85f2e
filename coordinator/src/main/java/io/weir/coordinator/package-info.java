@NullMarked
package io.weir.coordinator;

import org.jspecify.annotations.NullMarked;
