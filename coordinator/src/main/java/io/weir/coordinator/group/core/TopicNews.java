package io.weir.coordinator.group.core;

import java.util.HashSet;
import java.util.Set;

/**
 * Topics that have come, gone or changed since a group last looked at them. Immutable.
 *
 * @param everything nothing is known to be as it was; then there are no names
 */
record TopicNews(boolean everything, Set<String> names) {
  static final TopicNews NOTHING = new TopicNews(false, Set.of());
  static final TopicNews EVERYTHING = new TopicNews(true, Set.of());

  TopicNews {
    names = Set.copyOf(names);
  }

  boolean isEmpty() {
    return !everything && names.isEmpty();
  }

  TopicNews and(Set<String> more) {
    if (everything) {
      return this;
    }
    Set<String> all = new HashSet<>(names);
    all.addAll(more);
    return new TopicNews(false, all);
  }
}
