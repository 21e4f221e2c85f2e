@NullMarked
package io.weir.broker.transaction;

import org.jspecify.annotations.NullMarked;
