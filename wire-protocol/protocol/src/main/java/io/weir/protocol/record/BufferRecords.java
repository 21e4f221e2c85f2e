package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Batches in memory: a stretch of a buffer, mostly of the frame that they came in. Owns one
 * reference of the buffer, which {@link #release()} gives back. Confined to whoever owns it.
 *
 * <p>It is not a slice, because a slice of its own for each partition is most of what it costs to
 * read a request. Two are equal when they hold the same bytes.
 *
 * @param buffer its reader and writer index mean nothing here
 * @param index of the first byte in the buffer
 * @param sizeInBytes 0 or more
 */
public record BufferRecords(ByteBuf buffer, int index, int sizeInBytes) implements Records {
  /** No batches at all; releasing it does nothing. */
  public static final BufferRecords EMPTY = of(Unpooled.EMPTY_BUFFER);

  /** All readable bytes of a buffer, of which one reference is handed over. */
  public static BufferRecords of(ByteBuf buffer) {
    return new BufferRecords(buffer, buffer.readerIndex(), buffer.readableBytes());
  }

  /**
   * A view of these bytes alone. It has no reference of its own: to release it is {@link #release}.
   */
  public ByteBuf slice() {
    return buffer.slice(index, sizeInBytes);
  }

  @Override
  public void release() {
    buffer.release();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BufferRecords(ByteBuf otherBuffer, int otherIndex, int otherSize)
        && sizeInBytes == otherSize
        && ByteBufUtil.equals(buffer, index, otherBuffer, otherIndex, sizeInBytes);
  }

  @Override
  public int hashCode() {
    return ByteBufUtil.hashCode(slice());
  }

  @Override
  public String toString() {
    return "BufferRecords[" + sizeInBytes + " bytes]";
  }
}
