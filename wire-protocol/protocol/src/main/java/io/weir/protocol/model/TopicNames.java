package io.weir.protocol.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which names a topic may have, and which ones are the cluster's own. */
public final class TopicNames {
  /** Committed offsets and metadata of groups. */
  public static final String CONSUMER_OFFSETS = "__consumer_offsets";

  /** States of transactional ids. */
  public static final String TRANSACTION_STATE = "__transaction_state";

  public static final int MAX_LENGTH = 249;

  private static final Set<String> INTERNAL = Set.of(CONSUMER_OFFSETS, TRANSACTION_STATE);

  private TopicNames() {}

  public static boolean isValid(String name) {
    return refusal(name) == null;
  }

  /** Why a topic may not have this name, in words for the client; null when it may. */
  public static @Nullable String refusal(String name) {
    if (name.isEmpty()) {
      return "a topic's name must not be empty";
    }
    if (name.equals(".") || name.equals("..")) {
      return "a topic must not be named '" + name + "'";
    }
    if (name.length() > MAX_LENGTH) {
      return "a topic's name must not be longer than " + MAX_LENGTH + " characters";
    }
    if (!name.chars().allMatch(TopicNames::isLegal)) {
      return "a topic's name may hold only the characters a-z, A-Z, 0-9, '.', '_' and '-'";
    }
    return null;
  }

  /**
   * Whether the topic belongs to the cluster itself: clients may read it, but not create or delete
   * it.
   */
  public static boolean isInternal(String name) {
    return INTERNAL.contains(name);
  }

  private static boolean isLegal(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
