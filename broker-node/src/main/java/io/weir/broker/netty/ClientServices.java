package io.weir.broker.netty;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What all client connections share. Immutable; its parts are thread-safe.
 *
 * @param nanoTime the monotonic clock
 * @param onFatal takes failures after which the process cannot go on
 */
record ClientServices(
    ConnectionBounds bounds,
    RequestMemory memory,
    ConnectionRegistry connections,
    FrameHandler frames,
    RateLimitedLog warnings,
    LongSupplier nanoTime,
    Consumer<Throwable> onFatal) {}
