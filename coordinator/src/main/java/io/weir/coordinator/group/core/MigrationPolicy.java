package io.weir.coordinator.group.core;

import java.util.Locale;

/** Which changes of protocol a group may make while it has members. */
public enum MigrationPolicy {
  DISABLED(false, false),
  UPGRADE(true, false),
  DOWNGRADE(false, true),
  BIDIRECTIONAL(true, true);

  private final boolean upgrades;
  private final boolean downgrades;

  MigrationPolicy(boolean upgrades, boolean downgrades) {
    this.upgrades = upgrades;
    this.downgrades = downgrades;
  }

  /** Whether a classic group becomes one of the consumer protocol when such a member joins. */
  public boolean upgrades() {
    return upgrades;
  }

  /** Whether a group becomes a classic one when its last member of the consumer protocol goes. */
  public boolean downgrades() {
    return downgrades;
  }

  /**
   * The policy of this name, in whatever case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static MigrationPolicy of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
