package io.weir.replication.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A file's bytes, as processes see them and as they are on disk. Between the two lie the changes
 * that were not forced. When the power goes, each sector on its own shows the file as it was after
 * some of those changes, and so does the length: a sector may be older than the length that covers
 * it (then it has zeros, or what was there before), or newer than its neighbours.
 */
final class DiskFile extends DiskNode {
  static final int SECTOR = 512;

  /** Bytes written at a position, or, without bytes, a new length. */
  private static final class Change {
    private final int position;
    private final byte @Nullable [] bytes;

    Change(int position, byte @Nullable [] bytes) {
      this.position = position;
      this.bytes = bytes;
    }

    int lengthAfter(int length) {
      return bytes == null ? Math.min(length, position) : Math.max(length, position + bytes.length);
    }
  }

  private byte[] cached = new byte[256];
  private int length;
  private byte[] durable = new byte[0];
  private int durableLength;
  private final List<Change> unforced = new ArrayList<>();
  private long modifiedMs;

  int length() {
    return length;
  }

  long modifiedMs() {
    return modifiedMs;
  }

  void modifiedAt(long ms) {
    modifiedMs = ms;
  }

  int read(int position, byte[] into, int from, int count) {
    int available = Math.min(count, length - position);
    if (available > 0) {
      System.arraycopy(cached, position, into, from, available);
    }
    return available;
  }

  void write(int position, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    cached = room(cached, position + bytes.length);
    System.arraycopy(bytes, 0, cached, position, bytes.length);
    length = Math.max(length, position + bytes.length);
    unforced.add(new Change(position, bytes));
  }

  void truncate(int newLength) {
    if (newLength < length) {
      Arrays.fill(cached, newLength, length, (byte) 0);
      length = newLength;
      unforced.add(new Change(newLength, null));
    }
  }

  /** All changes are on disk. */
  void force() {
    for (Change change : unforced) {
      durable = apply(change, durable, durableLength);
      durableLength = change.lengthAfter(durableLength);
    }
    unforced.clear();
  }

  private static byte[] apply(Change change, byte[] to, int length) {
    if (change.bytes == null) {
      if (change.position < length) {
        Arrays.fill(to, change.position, length, (byte) 0);
      }
      return to;
    }
    byte[] into = room(to, change.position + change.bytes.length);
    System.arraycopy(change.bytes, 0, into, change.position, change.bytes.length);
    return into;
  }

  private static byte[] room(byte[] bytes, int needed) {
    return needed <= bytes.length
        ? bytes
        : Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
  }

  /**
   * The changes are taken for written, though not all are: what processes see stays, and the next
   * {@link #force} has nothing to do for them.
   */
  void forceFails(RandomGenerator random) {
    settle(random);
    unforced.clear();
  }

  /** What the disk has is what there is. */
  void powerGoes(RandomGenerator random) {
    settle(random);
    unforced.clear();
    cached = Arrays.copyOf(durable, Math.max(256, durableLength));
    length = durableLength;
  }

  private void settle(RandomGenerator random) {
    if (unforced.isEmpty()) {
      return;
    }
    int[] lengths = new int[unforced.size() + 1];
    int longest = durableLength;
    lengths[0] = durableLength;
    for (int i = 0; i < unforced.size(); i++) {
      lengths[i + 1] = unforced.get(i).lengthAfter(lengths[i]);
      longest = Math.max(longest, lengths[i + 1]);
    }
    // Often all or nothing, as that is what happens mostly.
    int kind = random.nextInt(4);
    int lengthAfter =
        kind == 0 ? 0 : kind == 1 ? unforced.size() : random.nextInt(unforced.size() + 1);
    byte[] found = new byte[longest];
    for (int sector = 0; sector < longest; sector += SECTOR) {
      int changes =
          kind == 0 ? 0 : kind == 1 ? unforced.size() : random.nextInt(unforced.size() + 1);
      show(sector, Math.min(sector + SECTOR, longest), changes, found);
    }
    durable = found;
    durableLength = lengths[lengthAfter];
    Arrays.fill(durable, durableLength, longest, (byte) 0);
  }

  private void show(int from, int to, int changes, byte[] into) {
    int old = Math.min(to, durableLength) - from;
    if (old > 0) {
      System.arraycopy(durable, from, into, from, old);
    }
    for (int i = 0; i < changes; i++) {
      Change change = unforced.get(i);
      if (change.bytes == null) {
        if (change.position < to) {
          Arrays.fill(into, Math.max(from, change.position), to, (byte) 0);
        }
        continue;
      }
      int begin = Math.max(from, change.position);
      int end = Math.min(to, change.position + change.bytes.length);
      if (begin < end) {
        System.arraycopy(change.bytes, begin - change.position, into, begin, end - begin);
      }
    }
  }

  /** A bit turns over where the file lies, and in all that reads it from now on. */
  void flipBit(int position, int bit) {
    force();
    cached[position] ^= (byte) (1 << bit);
    durable[position] ^= (byte) (1 << bit);
  }
}
