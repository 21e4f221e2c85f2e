package io.weir.schema.model;

import java.util.List;

/**
 * All definitions.
 *
 * @param apis by ascending key
 * @param messages those that belong to no API
 */
public record Schema(List<Api> apis, List<Message> messages) {}
