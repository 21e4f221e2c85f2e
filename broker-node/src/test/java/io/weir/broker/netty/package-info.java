@NullMarked
package io.weir.broker.netty;

import org.jspecify.annotations.NullMarked;
