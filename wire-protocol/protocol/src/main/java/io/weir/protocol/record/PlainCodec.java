package io.weir.protocol.record;

import io.netty.buffer.ByteBuf;

/** No compression: bytes as they are. */
final class PlainCodec implements Codec {
  static final PlainCodec INSTANCE = new PlainCodec();

  private PlainCodec() {}

  @Override
  public void compress(ByteBuf in, int level, ByteBuf out) {
    out.writeBytes(in);
  }

  @Override
  public void decompress(ByteBuf in, ByteBuf out) {
    Codec.reserve(out, in.readableBytes());
    out.writeBytes(in);
  }
}
