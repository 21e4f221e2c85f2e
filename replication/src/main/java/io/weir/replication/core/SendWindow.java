package io.weir.replication.core;

import java.util.ArrayDeque;

/**
 * How far a follower has been sent a partition's log, and how many of those bytes it has not
 * acknowledged. Bounded: no more is sent once the bytes under way reach the limit, but one batch
 * may always be. Confined to the partition's owner.
 */
public final class SendWindow {
  private record Sent(long endOffset, int bytes) {}

  private final int limitBytes;
  private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
  private int bytesUnderWay;
  private long nextOffset;

  /**
   * @param nextOffset first offset to be sent
   */
  SendWindow(int limitBytes, long nextOffset) {
    this.limitBytes = limitBytes;
    this.nextOffset = nextOffset;
  }

  /** Next offset to be sent; all before it the follower has or is under way. */
  public long nextOffset() {
    return nextOffset;
  }

  /** How many bytes may be sent now; 0 when the window is full. */
  public int room() {
    return Math.max(0, limitBytes - bytesUnderWay);
  }

  /**
   * Notes that bytes left.
   *
   * @param endOffset exclusive; the next offset to be sent
   */
  public void onSent(long endOffset, int bytes) {
    if (endOffset <= nextOffset) {
      throw new IllegalArgumentException("sent to " + endOffset + " after " + nextOffset);
    }
    underWay.addLast(new Sent(endOffset, bytes));
    bytesUnderWay += bytes;
    nextOffset = endOffset;
  }

  void onAcknowledged(long logEndOffset) {
    while (!underWay.isEmpty() && underWay.getFirst().endOffset() <= logEndOffset) {
      bytesUnderWay -= underWay.removeFirst().bytes();
    }
  }
}
