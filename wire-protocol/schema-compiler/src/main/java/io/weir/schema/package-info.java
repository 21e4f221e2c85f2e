/** The compiler that turns definitions of the protocol's messages into Java records. */
@NullMarked
package io.weir.schema;

import org.jspecify.annotations.NullMarked;
