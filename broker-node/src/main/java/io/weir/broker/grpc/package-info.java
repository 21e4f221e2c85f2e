/** The server that other nodes talk to. */
@NullMarked
package io.weir.broker.grpc;

import org.jspecify.annotations.NullMarked;
