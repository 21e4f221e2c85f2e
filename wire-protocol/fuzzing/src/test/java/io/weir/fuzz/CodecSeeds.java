package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.xerial.snappy.Snappy;

/** Compressed bytes to start from, by our codecs and by Kafka's. The same in each run. */
final class CodecSeeds {
  private CodecSeeds() {}

  static List<byte[]> of(CompressionType type) {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] content : contents()) {
      seeds.add(ours(type, content));
      seeds.add(kafkas(type, content));
      if (type == CompressionType.SNAPPY) {
        seeds.add(bareSnappy(content));
      }
    }
    if (type == CompressionType.LZ4) {
      seeds.add(linkedLz4());
    }
    return seeds;
  }

  /** Nothing, little, text, zeros, noise. */
  private static List<byte[]> contents() {
    byte[] noise = new byte[300];
    new Random(1).nextBytes(noise);
    return List.of(
        new byte[0],
        new byte[] {7},
        "to be or not to be, that is the question; ".repeat(9).getBytes(StandardCharsets.UTF_8),
        new byte[5000],
        noise);
  }

  private static byte[] ours(CompressionType type, byte[] content) {
    ByteBuf out = Unpooled.directBuffer();
    Compression.of(type).compress(Unpooled.wrappedBuffer(content), out);
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.release();
    return bytes;
  }

  private static byte[] kafkas(CompressionType type, byte[] content) {
    ByteBufferOutputStream out = new ByteBufferOutputStream(64);
    try (OutputStream compressing =
        org.apache.kafka.common.compress.Compression.of(type.name().toLowerCase(Locale.ROOT))
            .build()
            .wrapForOutput(out, RecordBatch.MAGIC_VALUE_V2)) {
      compressing.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.buffer().flip();
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(out.buffer()));
  }

  /** A stored block of eight bytes, and one that repeats four of them and adds another. */
  private static byte[] linkedLz4() {
    return HexFormat.of()
        .parseHex(
            "04224d184040c0"
                + "08000080"
                + "0102030405060708"
                + "05000000"
                + "0008001078"
                + "00000000");
  }

  private static byte[] bareSnappy(byte[] content) {
    try {
      return Snappy.compress(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
