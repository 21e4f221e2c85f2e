package io.weir.coordinator.metadata;

/**
 * Where clients reach a node. Immutable.
 *
 * @param listener name of the listener, such as {@code PLAINTEXT} or {@code EXTERNAL}
 * @param securityProtocol Kafka's word for it: {@code PLAINTEXT}, {@code SSL}, ...
 */
public record EndPoint(String listener, String securityProtocol, String host, int port) {}
