package io.weir.schema.model;

/** What some versions of an API brought. */
public record VersionNote(Versions versions, String text, Position position) {}
