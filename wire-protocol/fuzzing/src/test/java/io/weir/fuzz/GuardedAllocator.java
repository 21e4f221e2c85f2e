package io.weir.fuzz;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the direct memory that is in use, and surrounds each piece of it with a guard, so that
 * native code that writes outside of its buffer is caught. Confined to one thread.
 */
final class GuardedAllocator extends AbstractByteBufAllocator {
  private static final int GUARD_BYTES = 64;
  private static final byte GUARD = 0x5a;

  private long usedBytes;
  private long peakBytes;
  private @Nullable AssertionError damage;

  GuardedAllocator() {
    super(true);
  }

  /** The most that was in use at a time, guards aside. */
  long peakBytes() {
    return peakBytes;
  }

  /** Everything must have been given back, with its guards as they were. */
  void assertAllReleased() {
    if (damage != null) {
      throw damage;
    }
    if (usedBytes != 0) {
      throw new AssertionError(usedBytes + " bytes of direct memory were not given back");
    }
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return new GuardedBuffer(this, initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }

  private Memory take(int bytes) {
    usedBytes += bytes;
    peakBytes = Math.max(peakBytes, usedBytes);
    return new Memory(bytes);
  }

  /** A direct buffer of Netty whose memory is guarded. */
  private static final class GuardedBuffer extends UnpooledDirectByteBuf {
    GuardedBuffer(GuardedAllocator allocator, int initialCapacity, int maxCapacity) {
      super(allocator, initialCapacity, maxCapacity);
    }

    @Override
    protected CleanableDirectBuffer allocateDirectBuffer(int capacity) {
      return ((GuardedAllocator) alloc()).take(capacity);
    }
  }

  private final class Memory implements CleanableDirectBuffer {
    private final Arena arena = Arena.ofConfined(); // gives memory back at once
    private final ByteBuffer whole;
    private final ByteBuffer inner;

    Memory(int bytes) {
      whole = arena.allocate(GUARD_BYTES + (long) bytes + GUARD_BYTES).asByteBuffer();
      for (int i = 0; i < GUARD_BYTES; i++) {
        whole.put(i, GUARD);
        whole.put(GUARD_BYTES + bytes + i, GUARD);
      }
      inner = whole.slice(GUARD_BYTES, bytes);
    }

    @Override
    public ByteBuffer buffer() {
      return inner;
    }

    @Override
    public void clean() {
      usedBytes -= inner.capacity();
      for (int i = 0; i < GUARD_BYTES; i++) {
        if (whole.get(i) != GUARD || whole.get(GUARD_BYTES + inner.capacity() + i) != GUARD) {
          damage = new AssertionError("something was written outside a buffer of " + inner);
        }
      }
      arena.close();
    }
  }
}
