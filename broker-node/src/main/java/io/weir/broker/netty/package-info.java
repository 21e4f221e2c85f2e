/**
 * The client listeners: framing, memory bounds, pipelined connections, responses with file regions.
 */
@NullMarked
package io.weir.broker.netty;

import org.jspecify.annotations.NullMarked;
