/** From the model to Java sources. */
@NullMarked
package io.weir.schema.emit;

import org.jspecify.annotations.NullMarked;
