package io.weir.replication.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * One message of a stream on its way out: a list of frames that gRPC drains into its own buffers,
 * so that batches are copied once and never become objects. Confined to the thread that sends; the
 * frames' buffers stay with the sender, who releases them after the call.
 */
abstract class Outgoing extends InputStream implements Drainable, KnownLength {
  private int remaining;
  private boolean drained;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;

  private Outgoing(int size) {
    this.remaining = size;
  }

  static Outgoing ofFollower(List<FollowerMessage> messages) {
    int size = 0;
    for (FollowerMessage message : messages) {
      size += FrameCodec.size(message);
    }
    return new OfFollower(size, messages);
  }

  static Outgoing ofLeader(List<LeaderMessage> messages) {
    int size = 0;
    for (LeaderMessage message : messages) {
      size += FrameCodec.size(message);
    }
    return new OfLeader(size, messages);
  }

  abstract void writeTo(OutputStream target) throws IOException;

  @Override
  public final int available() {
    return remaining;
  }

  @Override
  public final int drainTo(OutputStream target) throws IOException {
    int size = remaining;
    if (drained) {
      rest.readBytes(target, rest.readableBytes());
    } else {
      drained = true;
      writeTo(target);
    }
    remaining = 0;
    return size;
  }

  /** Not the way that gRPC goes when it finds {@link Drainable}; right all the same. */
  @Override
  public final int read() throws IOException {
    ensureDrained();
    if (remaining == 0) {
      return -1;
    }
    remaining--;
    return rest.readUnsignedByte();
  }

  @Override
  public final int read(byte[] target, int offset, int length) throws IOException {
    ensureDrained();
    if (remaining == 0) {
      return length == 0 ? 0 : -1;
    }
    int count = Math.min(length, remaining);
    rest.readBytes(target, offset, count);
    remaining -= count;
    return count;
  }

  private void ensureDrained() throws IOException {
    if (!drained) {
      drained = true;
      ByteArrayOutputStream all = new ByteArrayOutputStream(remaining);
      writeTo(all);
      rest = Unpooled.wrappedBuffer(all.toByteArray());
    }
  }

  private static final class OfFollower extends Outgoing {
    private final List<FollowerMessage> messages;
    private final int size;

    private OfFollower(int size, List<FollowerMessage> messages) {
      super(size);
      this.size = size;
      this.messages = messages;
    }

    @Override
    void writeTo(OutputStream target) throws IOException {
      ByteBuf buffer = Unpooled.buffer(size);
      for (FollowerMessage message : messages) {
        FrameCodec.write(message, buffer);
      }
      buffer.readBytes(target, buffer.readableBytes());
    }
  }

  private static final class OfLeader extends Outgoing {
    private final List<LeaderMessage> messages;

    private OfLeader(int size, List<LeaderMessage> messages) {
      super(size);
      this.messages = messages;
    }

    @Override
    void writeTo(OutputStream target) throws IOException {
      ByteBuf fixed = ByteBufAllocator.DEFAULT.heapBuffer(FrameCodec.MAX_FIXED);
      try {
        for (LeaderMessage message : messages) {
          fixed.clear();
          FrameCodec.writeFixed(message, fixed);
          fixed.readBytes(target, fixed.readableBytes());
          if (message instanceof LeaderMessage.Batches batches) {
            ByteBuf bytes = batches.bytes();
            bytes.getBytes(bytes.readerIndex(), target, bytes.readableBytes());
          }
        }
      } finally {
        fixed.release();
      }
    }
  }
}
