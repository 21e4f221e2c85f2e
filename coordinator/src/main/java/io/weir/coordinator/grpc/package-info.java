/** The streams and calls between a node and the controller. The only place here that knows gRPC. */
@NullMarked
package io.weir.coordinator.grpc;

import org.jspecify.annotations.NullMarked;
