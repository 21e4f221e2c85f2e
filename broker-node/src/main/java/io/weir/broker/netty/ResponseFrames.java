package io.weir.broker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCounted;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.Records;
import io.weir.protocol.wire.Splice;
import io.weir.protocol.wire.WireWriter;
import java.util.List;

/**
 * Turns replies into what is written to a socket: buffer, records, buffer, and so on, in order; the
 * records as they are, in a file or in memory. Confined to the connection's event loop.
 */
final class ResponseFrames {
  private static final int LENGTH_BYTES = 4;

  private ResponseFrames() {}

  /**
   * Writes without flushing.
   *
   * @param promise completed when the last byte has left, or could not
   */
  static void write(ChannelHandlerContext ctx, Reply reply, ChannelPromise promise) {
    ByteBuf buffer = ctx.alloc().directBuffer(LENGTH_BYTES + reply.bufferBytes());
    List<Splice> splices;
    try {
      buffer.writeInt(0);
      WireWriter out = WireWriter.splicing(buffer);
      reply.writeTo(out);
      out.endMessage();
      splices = out.splices();
      buffer.setInt(0, frameBytes(buffer, splices));
    } catch (Throwable e) {
      buffer.release();
      reply.discard();
      throw e;
    }
    writeParts(ctx, buffer, splices, promise);
  }

  private static int frameBytes(ByteBuf buffer, List<Splice> splices) {
    long bytes = (long) buffer.readableBytes() - LENGTH_BYTES;
    for (Splice splice : splices) {
      bytes += splice.records().sizeInBytes();
    }
    return Math.toIntExact(bytes);
  }

  private static void writeParts(
      ChannelHandlerContext ctx, ByteBuf buffer, List<Splice> splices, ChannelPromise promise) {
    for (int i = 0; i < splices.size(); i++) {
      Splice splice = splices.get(i);
      if (splice.index() > buffer.readerIndex()) {
        var _ =
            ctx.write(
                buffer.readRetainedSlice(splice.index() - buffer.readerIndex()), ctx.voidPromise());
      }
      boolean last = i == splices.size() - 1 && !buffer.isReadable();
      var _ = ctx.write(message(splice.records()), last ? promise : ctx.voidPromise());
    }
    if (buffer.isReadable()) {
      var _ = ctx.write(buffer, promise);
    } else {
      buffer.release();
    }
  }

  /** What Netty sends, and releases then. */
  private static ReferenceCounted message(Records records) {
    return switch (records) {
      case BufferRecords batches -> batches.slice();
      case FileRecords file -> new RecordsRegion(file);
    };
  }
}
