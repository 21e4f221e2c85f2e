package io.weir.coordinator.group;

import io.weir.coordinator.group.core.MemberIds;
import java.util.UUID;

/** Member ids that tell where they come from and that nobody can guess. Thread-safe. */
final class RandomMemberIds implements MemberIds {
  /** A client may call itself what it likes; an id must fit into every message. */
  private static final int MAX_PREFIX = 255;

  @Override
  public String next(String prefix) {
    String shown = prefix.length() <= MAX_PREFIX ? prefix : prefix.substring(0, MAX_PREFIX);
    return shown + "-" + UUID.randomUUID();
  }
}
