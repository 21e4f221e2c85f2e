package io.weir.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever compressed bytes are, one type of exception comes of them, within bounds of memory, and
 * nothing is left behind.
 */
final class HostileCompressionTest {
  private static final int MAX_BYTES = 1 << 20;

  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true, true);
  private final Random random = new Random(Long.getLong("seed", 77));

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(memory.metric().usedDirectMemory()).isZero();
    assertThat(memory.metric().usedHeapMemory()).isZero();
  }

  /** Bytes that came out; -1 where they were refused. Anything but a refusal fails the test. */
  private int outcome(CompressionType type, byte[] compressed, int maxBytes) {
    ByteBuf in = Unpooled.wrappedBuffer(compressed);
    try {
      ByteBuf out = Compression.decompress(type, in, maxBytes, memory);
      int bytes = out.readableBytes();
      out.release();
      assertThat(bytes).isLessThanOrEqualTo(maxBytes);
      return bytes;
    } catch (CorruptBatchException e) {
      return -1;
    }
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    Random random = new Random(4);
    for (int i = 0; i < size; i++) {
      content[i] =
          i > 50 && random.nextInt(10) > 0
              ? content[i - 1 - random.nextInt(50)]
              : (byte) random.nextInt(256);
    }
    return content;
  }

  static Stream<Arguments> samples() {
    byte[] small = content(700);
    return Stream.of(
        Arguments.of(CompressionType.GZIP, "gzip", compress(CompressionType.GZIP, small)),
        Arguments.of(CompressionType.SNAPPY, "stream", compress(CompressionType.SNAPPY, small)),
        Arguments.of(CompressionType.SNAPPY, "bare block", bareSnappy(small)),
        Arguments.of(CompressionType.LZ4, "lz4", compress(CompressionType.LZ4, small)),
        Arguments.of(
            CompressionType.LZ4, "linked, checked", OtherEncodersTest.file("linked-checked.lz4")),
        Arguments.of(CompressionType.LZ4, "linked", OtherEncodersTest.file("linked.lz4")),
        Arguments.of(CompressionType.ZSTD, "zstd", compress(CompressionType.ZSTD, small)),
        Arguments.of(CompressionType.ZSTD, "from a pipe", OtherEncodersTest.file("stream.zst")));
  }

  private static byte[] compress(CompressionType type, byte[] content) {
    return CompressionTest.compress(Compression.of(type), content);
  }

  private static byte[] bareSnappy(byte[] content) {
    byte[] stream = compress(CompressionType.SNAPPY, content);
    return Arrays.copyOfRange(stream, 20, stream.length);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("samples")
  void whatIsCutOffAnywhereIsRefused(CompressionType type, String name, byte[] whole) {
    assertThat(outcome(type, whole, MAX_BYTES)).as(name).isPositive();
    boolean endsBetweenChunks = name.equals("stream");
    for (int size = 0; size < whole.length; size++) {
      if (!(endsBetweenChunks && size == 16)) {
        assertThat(outcome(type, Arrays.copyOf(whole, size), MAX_BYTES)).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("samples")
  void whatFollowsTheEndIsRefused(CompressionType type, String name, byte[] whole) {
    for (int more : new int[] {1, 2, 8, 40}) {
      byte[] longer = Arrays.copyOf(whole, whole.length + more);
      assertThat(outcome(type, longer, MAX_BYTES)).as(name).isEqualTo(-1);
      Arrays.fill(longer, whole.length, longer.length, (byte) 0x5a);
      assertThat(outcome(type, longer, MAX_BYTES)).as(name).isEqualTo(-1);
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("samples")
  void damageIsRefusedOrGivesSomethingWithinBounds(
      CompressionType type, String name, byte[] whole) {
    int bits = Math.min(whole.length, 700) * 8;
    for (int bit = 0; bit < bits; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(outcome(type, flipped, MAX_BYTES)).as(name).isLessThanOrEqualTo(MAX_BYTES);
    }
    for (int run = 0; run < 5000; run++) {
      byte[] damaged = whole.clone();
      for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
        damaged[random.nextInt(damaged.length)] =
            (byte) (random.nextInt(4) == 0 ? 0xff : random.nextInt(256));
      }
      outcome(type, damaged, MAX_BYTES);
    }
  }

  @ParameterizedTest
  @EnumSource
  void garbageIsRefusedOrGivesSomethingWithinBounds(CompressionType type) {
    byte[] start = compress(type, content(100));
    for (int run = 0; run < 20_000; run++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      System.arraycopy(
          start, 0, garbage, 0, Math.min(random.nextInt(start.length), garbage.length));
      outcome(type, garbage, MAX_BYTES);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void whatComesToMoreThanIsAskedForIsRefusedBeforeItIsThere(CompressionType type) {
    byte[] bomb = compress(type, new byte[64 << 20]);
    Watched watched = new Watched();
    ByteBuf in = Unpooled.wrappedBuffer(bomb);
    assertThatThrownBy(() -> Compression.decompress(type, in, MAX_BYTES, watched))
        .isInstanceOf(OversizedBatchException.class);
    // The input is copied once, as it lies on the heap; then the old output and the new.
    assertThat(watched.most).isLessThanOrEqualTo(bomb.length + 2L * MAX_BYTES);
    assertThat(watched.used).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void theLimitIsExact(CompressionType type) {
    for (int size : new int[] {1, 1000, 70_000}) {
      byte[] compressed = compress(type, content(size));
      assertThat(outcome(type, compressed, size)).isEqualTo(size);
      assertThat(outcome(type, compressed, size + 1)).isEqualTo(size);
      assertThat(outcome(type, compressed, size - 1)).isEqualTo(-1);
    }
  }

  @Test
  void sizesThatAreOnlyAnnouncedReserveNothing() {
    // zstd: a window and a content of 1 GiB - 1 byte; then a first block that is not there.
    assertClaim(CompressionType.ZSTD, "28b52ffd 80 a0 ffffff3f 0100", 1 << 30);
    // zstd: one block of a single repeated byte, and the claim that it were 64 MiB.
    assertClaim(CompressionType.ZSTD, "28b52ffd a0 00000004 0b0000 00", 1 << 30);
    // A bare snappy block of 2 GiB, and a stream with a chunk of as much.
    assertClaim(CompressionType.SNAPPY, "ffffffff07 00 61", Integer.MAX_VALUE);
    assertClaim(
        CompressionType.SNAPPY,
        "82534e4150505900 00000001 00000001 7fffffff 61",
        Integer.MAX_VALUE);
    assertClaim(
        CompressionType.SNAPPY,
        "82534e4150505900 00000001 00000001 00000006 ffffffff07 00",
        Integer.MAX_VALUE);
    // lz4: blocks of 4 MiB, content of 1 GiB; a block of three bytes.
    assertClaim(CompressionType.LZ4, lz4Frame("6870 0000004000000000", "03000000 1f6100"), 1 << 30);
    assertClaim(CompressionType.LZ4, lz4Frame("4070", "03000000 1f6100"), 1 << 30);
    assertClaim(CompressionType.LZ4, lz4Frame("6070", "00004000 1f6100"), 1 << 30);
  }

  private static String lz4Frame(String descriptor, String blocks) {
    byte[] bytes = HexFormat.of().parseHex(descriptor.replace(" ", ""));
    int hash =
        net.jpountz.xxhash.XXHashFactory.safeInstance().hash32().hash(bytes, 0, bytes.length, 0);
    return "04224d18" + descriptor + "%02x".formatted((hash >>> 8) & 0xff) + blocks;
  }

  private static void assertClaim(CompressionType type, String hex, int maxBytes) {
    byte[] claim = HexFormat.of().parseHex(hex.replace(" ", ""));
    Watched watched = new Watched();
    ByteBuf in = Unpooled.wrappedBuffer(claim);
    assertThatThrownBy(() -> Compression.decompress(type, in, maxBytes, watched))
        .as(hex)
        .isInstanceOf(CorruptBatchException.class);
    assertThat(watched.most).as(hex).isLessThanOrEqualTo(300_000);
  }

  @Test
  void aBatchThatIsABombIsRefusedByItsReaders() {
    ByteBuf batch;
    try (RecordBatchBuilder builder = new RecordBatchBuilder(memory)) {
      builder.baseOffset(55).compression(Compression.of(CompressionType.ZSTD));
      ByteBuffer zeros = ByteBuffer.allocate(8 << 20);
      for (int i = 0; i < 9; i++) {
        builder.append(1, null, zeros);
      }
      batch = builder.build();
    }
    assertThat(batch.readableBytes()).isLessThan(100_000);
    assertThatThrownBy(() -> BatchReader.records(batch, 0))
        .isInstanceOf(OversizedBatchException.class)
        .hasMessageContaining("batch at offset 55");
    batch.release();
  }

  @ParameterizedTest
  @EnumSource
  void damagedBatchesGiveRecordsOrTheOneException(CompressionType type) {
    ByteBuf good;
    try (RecordBatchBuilder builder = new RecordBatchBuilder(new UnpooledByteBufAllocator(false))) {
      builder.compression(Compression.of(type));
      for (int i = 0; i < 20; i++) {
        builder.append(i, ByteBuffer.wrap(content(10)), ByteBuffer.wrap(content(i * 5)));
      }
      ByteBuf built = builder.build();
      good = Unpooled.copiedBuffer(built);
      built.release();
    }
    for (int run = 0; run < 5000; run++) {
      ByteBuf batch = good.copy();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = BatchHeader.SIZE + random.nextInt(batch.readableBytes() - BatchHeader.SIZE);
        batch.setByte(at, random.nextInt(256));
      }
      try (RecordCursor cursor = RecordCursor.open(batch, 0, MAX_BYTES, memory)) {
        int count = 0;
        while (cursor.next()) {
          count++;
        }
        assertThat(count).isEqualTo(20);
      } catch (CorruptBatchException e) {
        assertThat(e.getMessage()).contains("batch at offset 0");
      }
    }
  }

  /**
   * Notes the most memory that was in use at once, while a buffer moves to a larger one as well.
   */
  private static final class Watched extends AbstractByteBufAllocator {
    private long used;
    private long most;

    private void use(long bytes) {
      used += bytes;
      most = Math.max(most, used);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      use(initialCapacity);
      return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity) {
        @Override
        public ByteBuf capacity(int newCapacity) {
          int before = capacity();
          use(newCapacity);
          super.capacity(newCapacity);
          use(-before);
          return this;
        }

        @Override
        protected void deallocate() {
          use(-capacity());
          super.deallocate();
        }
      };
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      throw new AssertionError("codecs work outside the heap");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }
}
