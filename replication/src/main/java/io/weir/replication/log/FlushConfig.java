package io.weir.replication.log;

/**
 * When a log goes to disk. Immutable; the names are those of the settings.
 *
 * @param messages flush.messages: records after which the log is put on disk in the background; 1
 *     means that acknowledgements wait for it
 * @param ms flush.ms: time after which it is, {@link Long#MAX_VALUE} never
 */
public record FlushConfig(Durability durability, long messages, long ms) {
  private static final FlushConfig DEFAULTS =
      new FlushConfig(Durability.REPLICATED, Long.MAX_VALUE, Long.MAX_VALUE);

  public FlushConfig {
    if (messages < 1 || ms < 0) {
      throw new IllegalArgumentException("flush.messages %d, flush.ms %d".formatted(messages, ms));
    }
  }

  /** Acknowledged as replicated; the operating system decides when it writes. */
  static FlushConfig defaults() {
    return DEFAULTS;
  }

  /** Whether acknowledgements wait for the disk. */
  public boolean isDurable() {
    return durability == Durability.FSYNC || messages == 1;
  }

  FlushConfig withDurability(Durability newDurability) {
    return new FlushConfig(newDurability, messages, ms);
  }

  FlushConfig withMessages(long newMessages) {
    return new FlushConfig(durability, newMessages, ms);
  }

  FlushConfig withMs(long newMs) {
    return new FlushConfig(durability, messages, newMs);
  }
}
