/** Record batches: where they lie, what their headers say, how they are built, read and checked. */
@NullMarked
package io.weir.protocol.record;

import org.jspecify.annotations.NullMarked;
