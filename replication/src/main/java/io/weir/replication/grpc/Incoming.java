package io.weir.replication.grpc;

import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Takes a message's bytes out of gRPC's buffers, in one copy. Stateless. */
final class Incoming {
  private Incoming() {}

  /**
   * Reads all. One contiguous buffer is worth the copy: the CRC check and the log's write then go
   * over it in one go, and gRPC's small buffers return to its pool at once.
   *
   * @return a buffer that the caller releases
   */
  static ByteBuf read(InputStream stream) {
    try {
      int size = stream instanceof KnownLength ? stream.available() : 0;
      ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(Math.max(size, 64));
      try {
        copy(stream, buffer);
        return buffer;
      } catch (IOException | RuntimeException e) {
        buffer.release();
        throw e;
      }
    } catch (IOException e) {
      throw Status.INTERNAL.withDescription("broken message").withCause(e).asRuntimeException();
    }
  }

  private static void copy(InputStream stream, ByteBuf target) throws IOException {
    if (stream instanceof HasByteBuffer source && source.byteBufferSupported()) {
      for (ByteBuffer part = source.getByteBuffer(); part != null; part = source.getByteBuffer()) {
        int length = part.remaining();
        target.writeBytes(part);
        stream.skipNBytes(length);
      }
    } else {
      while (target.writeBytes(stream, 8 * 1024) >= 0) {
        // Until the stream ends.
      }
    }
  }
}
