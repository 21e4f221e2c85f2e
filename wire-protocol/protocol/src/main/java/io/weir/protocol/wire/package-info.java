/** Primitive types of the Kafka protocol, read from and written to Netty buffers. */
@NullMarked
package io.weir.protocol.wire;

import org.jspecify.annotations.NullMarked;
