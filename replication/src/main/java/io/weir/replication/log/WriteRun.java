package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;

/**
 * Bytes of several buffers that go into one segment by one gathering write. Confined to the
 * partition's loop.
 */
final class WriteRun {
  private ByteBuffer[] parts = new ByteBuffer[16];
  private int count;

  /** Adds the bytes from one index to another, which stay where they are until they are written. */
  void add(ByteBuf buffer, int start, int end) {
    if (start == end) {
      return;
    }
    if (buffer.nioBufferCount() == 1) {
      ensureRoom(1);
      parts[count++] = buffer.nioBuffer(start, end - start);
    } else {
      ByteBuffer[] several = buffer.nioBuffers(start, end - start);
      ensureRoom(several.length);
      System.arraycopy(several, 0, parts, count, several.length);
      count += several.length;
    }
  }

  private void ensureRoom(int more) {
    if (count + more > parts.length) {
      parts = Arrays.copyOf(parts, Math.max(parts.length * 2, count + more));
    }
  }

  /** Writes all of it, with one call where the system takes it at once; the run is empty then. */
  void writeTo(GatheringByteChannel channel) throws IOException {
    int first = 0;
    while (first < count) {
      channel.write(parts, first, count - first);
      while (first < count && !parts[first].hasRemaining()) {
        first++;
      }
    }
    clear();
  }

  @SuppressWarnings("NullAway") // slots past the count are never read; null lets the buffers go
  void clear() {
    Arrays.fill(parts, 0, count, null);
    count = 0;
  }
}
