@NullMarked
package io.weir.broker.grpc;

import org.jspecify.annotations.NullMarked;
