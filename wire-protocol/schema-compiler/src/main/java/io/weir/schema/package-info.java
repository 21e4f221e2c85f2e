@NullMarked
package io.weir.schema;

import org.jspecify.annotations.NullMarked;
