package io.weir.schema.model;

import java.util.List;

/**
 * All definitions.
 *
 * @param apis by ascending key
 * @param messages those that belong to no API
 * @param errors by ascending code, without gaps; empty when no definition has them
 */
public record Schema(List<Api> apis, List<Message> messages, List<ErrorDefinition> errors) {}
