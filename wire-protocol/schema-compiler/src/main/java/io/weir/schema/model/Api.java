package io.weir.schema.model;

import java.util.List;

/**
 * A request that clients can make, with its response.
 *
 * @param versions that can be read and written, and are announced to clients
 * @param served those of them that are not refused by rule
 */
public record Api(
    int key,
    String name,
    Versions versions,
    Versions served,
    Versions flexible,
    String doc,
    List<VersionNote> notes,
    Message request,
    Message response,
    Position position) {}
