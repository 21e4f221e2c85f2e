package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Batches in memory: all readable bytes of a buffer. Owns one reference of the buffer, which {@link
 * #release()} gives back. Confined to whoever owns it.
 *
 * @param buffer a retained slice; its reader and writer index must not be moved
 */
public record BufferRecords(ByteBuf buffer) implements Records {
  /** No batches at all; releasing it does nothing. */
  public static final BufferRecords EMPTY = new BufferRecords(Unpooled.EMPTY_BUFFER);

  @Override
  public int sizeInBytes() {
    return buffer.readableBytes();
  }

  @Override
  public void release() {
    buffer.release();
  }
}
