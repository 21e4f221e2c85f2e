package io.weir.coordinator.group.assignor;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Map;
import java.util.Set;

/**
 * Shares partitions among members. Stateless; the answer depends on the input alone.
 *
 * <p>Each partition of a topic that some member wants goes to exactly one of the members that want
 * it.
 */
public interface Assignor {
  /** The name that members ask for. */
  String name();

  /** What each member of the input shall have; every member is a key. */
  Map<String, Set<TopicIdPartition>> assign(AssignmentInput input);
}
