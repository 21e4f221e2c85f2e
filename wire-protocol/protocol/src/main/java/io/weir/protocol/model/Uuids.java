package io.weir.protocol.model;

import java.util.UUID;

/** Ids with a meaning of their own. */
public final class Uuids {
  /** How the protocol says that there is no id. */
  public static final UUID ZERO = new UUID(0, 0);

  private Uuids() {}
}
