package io.weir.broker.netty;

/**
 * How the client listeners behave. Immutable.
 *
 * @param eventLoops threads that serve connections
 * @param queuedMaxRequestBytes bytes of requests that the node holds at once
 * @param listenBacklog connections that may wait to be accepted
 * @param sendBufferBytes SO_SNDBUF, -1 = the system's choice
 * @param receiveBufferBytes SO_RCVBUF, -1 = the system's choice
 */
public record ServerSettings(
    ConnectionBounds bounds,
    int eventLoops,
    long queuedMaxRequestBytes,
    int maxConnections,
    int maxConnectionsPerAddress,
    int listenBacklog,
    int sendBufferBytes,
    int receiveBufferBytes) {}
