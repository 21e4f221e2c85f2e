@NullMarked
package io.weir.broker.handler;

import org.jspecify.annotations.NullMarked;
