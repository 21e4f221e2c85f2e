/** Rules that the build holds over all modules. */
@NullMarked
package io.weir.architecture;

import org.jspecify.annotations.NullMarked;
