package io.weir.broker.netty;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What all client connections share. Immutable; its parts are thread-safe.
 *
 * @param memory bounds all requests, received in part or unanswered
 * @param largeMemory bounds large requests that have been received in part: less, so that requests
 *     of usual size get through whatever happens to those
 * @param nanoTime the monotonic clock
 * @param onFatal takes failures after which the process cannot go on
 */
record ClientServices(
    ConnectionBounds bounds,
    RequestMemory memory,
    RequestMemory largeMemory,
    ConnectionRegistry connections,
    FrameHandler frames,
    RateLimitedLog warnings,
    LongSupplier nanoTime,
    Consumer<Throwable> onFatal) {}
