package io.weir.schema.model;

import java.util.List;

/**
 * A request that clients can make, with its response.
 *
 * @param versions that are served
 * @param listed that are announced to clients; covers those served
 */
public record Api(
    int key,
    String name,
    Versions versions,
    Versions listed,
    Versions flexible,
    String doc,
    List<VersionNote> notes,
    Message request,
    Message response,
    Position position) {}
