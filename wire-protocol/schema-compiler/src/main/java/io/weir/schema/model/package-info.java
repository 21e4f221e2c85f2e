/** What a set of definitions says, once it is read and found to make sense. All immutable. */
@NullMarked
package io.weir.schema.model;

import org.jspecify.annotations.NullMarked;
