package io.weir.coordinator.group;

/**
 * Who sends a request, as groups show it. Immutable.
 *
 * @param clientId what the client calls itself; may be empty
 * @param clientHost its address, "/127.0.0.1" and the like
 */
public record GroupClient(String clientId, String clientHost) {}
