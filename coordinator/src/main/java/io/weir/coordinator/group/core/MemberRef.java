package io.weir.coordinator.group.core;

import org.jspecify.annotations.Nullable;

/**
 * How a request names a member. Immutable.
 *
 * @param memberId may be empty where the instance id alone says enough
 * @param instanceId null for a dynamic member
 */
public record MemberRef(String memberId, @Nullable String instanceId) {}
