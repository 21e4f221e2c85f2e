package io.weir.replication.compaction;

import io.weir.replication.compaction.core.LatestOffsets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The last offset of each key, outside the heap and of a size that is fixed: a table of slots with
 * 128 bits of a key's hash and its offset plus one, searched from the hash on. Confined to its
 * user.
 *
 * <p>Keys themselves are not kept. The hash is SHA-256 over a salt and the key, cut off: as nobody
 * knows the salt, nobody can look for keys that collide, and by chance none of a billion do with a
 * probability of 2<sup>-69</sup>.
 */
final class KeyMap implements LatestOffsets, AutoCloseable {
  static final int SLOT_BYTES = 24;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment slots;
  private final long slotCount;
  private final long capacity;
  private final byte[] salt;
  private final byte[] digest = new byte[32];
  private final ByteBuffer hash = ByteBuffer.wrap(digest);
  private final MessageDigest sha256;
  private long size;

  /**
   * @param maxKeys how many it is to hold, if the memory allows
   * @param maxBytes of memory
   * @param loadFactor how full it may get
   */
  KeyMap(long maxKeys, long maxBytes, double loadFactor, UUID salt) {
    long wanted = (long) Math.ceil(maxKeys / loadFactor) + 1;
    this.slotCount = Math.max(2, Math.min(wanted, maxBytes / SLOT_BYTES));
    this.capacity = Math.min((long) (slotCount * loadFactor), slotCount - 1);
    this.slots = arena.allocate(slotCount * SLOT_BYTES, Long.BYTES);
    this.salt =
        ByteBuffer.allocate(16)
            .putLong(salt.getMostSignificantBits())
            .putLong(salt.getLeastSignificantBits())
            .array();
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How many more keys it takes. */
  long room() {
    return capacity - size;
  }

  /** Offsets of one key grow from call to call. */
  void put(ByteBuffer key, long offset) {
    long at = find(key);
    if (slots.get(LONG, at + 16) == 0) {
      if (size == capacity) {
        throw new IllegalStateException("the map of keys is full");
      }
      slots.set(LONG, at, hash.getLong(0));
      slots.set(LONG, at + 8, hash.getLong(8));
      size++;
    }
    slots.set(LONG, at + 16, offset + 1);
  }

  @Override
  public long of(ByteBuffer key) {
    return slots.get(LONG, find(key) + 16) - 1;
  }

  /** The key's slot, or the free one that it would get. */
  private long find(ByteBuffer key) {
    sha256.update(salt);
    sha256.update(key);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
    long high = hash.getLong(0);
    long low = hash.getLong(8);
    long slot = Long.remainderUnsigned(high, slotCount);
    while (true) {
      long at = slot * SLOT_BYTES;
      boolean free = slots.get(LONG, at + 16) == 0;
      if (free || (slots.get(LONG, at) == high && slots.get(LONG, at + 8) == low)) {
        return at;
      }
      slot = slot + 1 == slotCount ? 0 : slot + 1;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
