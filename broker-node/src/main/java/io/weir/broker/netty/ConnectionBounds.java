package io.weir.broker.netty;

/**
 * What one connection may take. Immutable.
 *
 * @param maxFrameBytes the largest request
 * @param maxRequests unanswered requests, past which the socket is not read
 * @param maxBytes bytes of unanswered requests, past which the socket is not read
 * @param maxIdleMs time without a whole request or a whole answer, after which it is closed
 */
public record ConnectionBounds(int maxFrameBytes, int maxRequests, int maxBytes, long maxIdleMs) {}
