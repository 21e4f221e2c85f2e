package io.weir.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What our codecs write is what Kafka's read, and the other way round, at all levels. */
final class CompressionTest {
  private static final int MAX_BYTES = 1 << 22;

  static Stream<Compression> compressions() {
    return Stream.of(
        Compression.NONE,
        Compression.of(CompressionType.SNAPPY),
        Compression.of(CompressionType.GZIP),
        new Compression(CompressionType.GZIP, 1),
        new Compression(CompressionType.GZIP, 9),
        Compression.of(CompressionType.LZ4),
        new Compression(CompressionType.LZ4, 1),
        new Compression(CompressionType.LZ4, 17),
        Compression.of(CompressionType.ZSTD),
        new Compression(CompressionType.ZSTD, -131072),
        new Compression(CompressionType.ZSTD, -5),
        new Compression(CompressionType.ZSTD, 22));
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatIsCompressedHereIsReadHereAndByKafka(Compression compression) throws IOException {
    forContents(content -> {
      byte[] compressed = compress(compression, content);
      assertThat(decompress(compression.type(), compressed)).isEqualTo(content);
      assertThat(decompressByKafka(compression, compressed)).isEqualTo(content);
    });
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatKafkaCompressesIsReadHere(Compression compression) throws IOException {
    boolean needsMuchTime = compression.level() == 22;
    forContents(content -> {
      if (needsMuchTime && content.length < 400_000) {
        return;
      }
      byte[] compressed = compressByKafka(compression, content);
      assertThat(decompress(compression.type(), compressed)).isEqualTo(content);
    });
  }

  /** Block sizes of the codecs and their neighbours; what repeats itself, and what does not. */
  private static void forContents(Check check) throws IOException {
    Random random = new Random(Long.getLong("seed", 21));
    int[] sizes = {1, 15, 1000, 32 << 10, (32 << 10) + 1, 64 << 10, (64 << 10) + 1, 400_000};
    for (int size : sizes) {
      byte[] noise = new byte[size];
      random.nextBytes(noise);
      check.on(noise);
      check.on(new byte[size]);
      byte[] text = new byte[size];
      for (int i = 0; i < size; i++) {
        text[i] = i > 300 && random.nextInt(20) > 0 ? text[i - 1 - random.nextInt(300)] : noise[i];
      }
      check.on(text);
    }
  }

  @FunctionalInterface
  private interface Check {
    void on(byte[] content) throws IOException;
  }

  @Test
  void theLevelsAreThoseOfKafka() {
    for (CompressionType type : CompressionType.values()) {
      var kafka = org.apache.kafka.common.record.internal.CompressionType.forId(type.id());
      if (type == CompressionType.NONE || type == CompressionType.SNAPPY) {
        assertThat(type.hasLevel(1)).isFalse();
      } else {
        assertThat(type.minLevel()).isEqualTo(kafka.minLevel());
        assertThat(type.maxLevel()).isEqualTo(kafka.maxLevel());
        assertThat(type.defaultLevel()).isEqualTo(kafka.defaultLevel());
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Compression(type, type.maxLevel() + 1));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Compression(type, type.minLevel() - 1));
      }
    }
  }

  /** From a heap buffer in two pieces to one with something in it already. */
  static byte[] compress(Compression compression, byte[] content) {
    int half = content.length / 2;
    ByteBuf in =
        Unpooled.wrappedBuffer(
            Unpooled.copiedBuffer(content, 0, half),
            Unpooled.copiedBuffer(content, half, content.length - half));
    ByteBuf out = UnpooledByteBufAllocator.DEFAULT.directBuffer(7).writeZero(7);
    try {
      compression.compress(in, out);
      assertThat(in.readableBytes()).isEqualTo(content.length);
      byte[] compressed = new byte[out.readableBytes() - 7];
      out.getBytes(7, compressed);
      return compressed;
    } finally {
      out.release();
    }
  }

  static byte[] decompress(CompressionType type, byte[] compressed) {
    ByteBuf in = Unpooled.wrappedBuffer(compressed);
    ByteBuf out = Compression.decompress(type, in, MAX_BYTES, UnpooledByteBufAllocator.DEFAULT);
    try {
      byte[] content = new byte[out.readableBytes()];
      out.readBytes(content);
      return content;
    } finally {
      out.release();
    }
  }

  static org.apache.kafka.common.compress.Compression kafkas(Compression compression) {
    int level = compression.level();
    return switch (compression.type()) {
      case NONE -> org.apache.kafka.common.compress.Compression.NONE;
      case GZIP -> org.apache.kafka.common.compress.Compression.gzip().level(level).build();
      case SNAPPY -> org.apache.kafka.common.compress.Compression.snappy().build();
      case LZ4 -> org.apache.kafka.common.compress.Compression.lz4().level(level).build();
      case ZSTD -> org.apache.kafka.common.compress.Compression.zstd().level(level).build();
    };
  }

  private static byte[] compressByKafka(Compression compression, byte[] content)
      throws IOException {
    ByteBufferOutputStream buffer = new ByteBufferOutputStream(512);
    try (OutputStream out = kafkas(compression).wrapForOutput(buffer, RecordBatch.MAGIC_VALUE_V2)) {
      out.write(content);
    }
    ByteBuffer written = buffer.buffer().flip();
    byte[] compressed = new byte[written.remaining()];
    written.get(compressed);
    return compressed;
  }

  private static byte[] decompressByKafka(Compression compression, byte[] compressed)
      throws IOException {
    try (InputStream in =
        kafkas(compression)
            .wrapForInput(
                ByteBuffer.wrap(compressed),
                RecordBatch.MAGIC_VALUE_V2,
                BufferSupplier.NO_CACHING)) {
      return in.readAllBytes();
    }
  }
}
