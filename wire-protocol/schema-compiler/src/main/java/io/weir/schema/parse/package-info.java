/** From the text of definitions to the model, or to an error that names file and line. */
@NullMarked
package io.weir.schema.parse;

import org.jspecify.annotations.NullMarked;
