package io.weir.protocol.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class WireTypesTest {
  private static final long SEED = Long.getLong("seed", 1);

  private final ByteBuf buffer = Unpooled.buffer();
  private final WireWriter out = new WireWriter(buffer);

  @Test
  void primitivesComeBackAsTheyWere() {
    UUID id = new UUID(3, -4);
    out.writeBoolean(true);
    out.writeInt8((byte) -7);
    out.writeInt16((short) -300);
    out.writeUint16(65_535);
    out.writeInt32(Integer.MIN_VALUE);
    out.writeInt64(Long.MAX_VALUE);
    out.writeFloat64(-0.5);
    out.writeUuid(id);
    out.endMessage();

    WireReader in = new WireReader(buffer);
    assertThat(in.readBoolean()).isTrue();
    assertThat(in.readInt8()).isEqualTo((byte) -7);
    assertThat(in.readInt16()).isEqualTo((short) -300);
    assertThat(in.readUint16()).isEqualTo(65_535);
    assertThat(in.readInt32()).isEqualTo(Integer.MIN_VALUE);
    assertThat(in.readInt64()).isEqualTo(Long.MAX_VALUE);
    assertThat(in.readFloat64()).isEqualTo(-0.5);
    assertThat(in.readUuid()).isEqualTo(id);
    assertThat(in.remaining()).isZero();
  }

  /**
   * A frame is rarely a buffer of its own: it begins and ends somewhere in whatever kind of one.
   */
  static Stream<ByteBuf> framesWithinBuffers() {
    byte[] bytes = {9, 9, 9, 0, 0, 0, 2, 'a', 'b', 7, 9};
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    return Stream.of(
            Unpooled.wrappedBuffer(bytes),
            Unpooled.wrappedBuffer(ByteBuffer.wrap(bytes).asReadOnlyBuffer()),
            Unpooled.wrappedBuffer(direct.asReadOnlyBuffer()),
            Unpooled.directBuffer().writeBytes(bytes),
            PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes),
            PooledByteBufAllocator.DEFAULT.heapBuffer().writeBytes(bytes),
            new AdaptiveByteBufAllocator().directBuffer().writeBytes(bytes),
            Unpooled.wrappedBuffer(
                Unpooled.copiedBuffer(bytes, 0, 5), Unpooled.copiedBuffer(bytes, 5, 6)))
        .flatMap(whole -> Stream.of(whole, whole.retainedSlice(1, bytes.length - 1)))
        .map(buffer ->
            buffer.readerIndex(buffer.readableBytes() - 8).writerIndex(buffer.writerIndex() - 1));
  }

  @ParameterizedTest
  @MethodSource("framesWithinBuffers")
  void aFrameIsReadFromWhereItLies(ByteBuf frame) {
    int begin = frame.readerIndex();
    WireReader in = new WireReader(frame);

    BufferRecords records = (BufferRecords) in.readRecords(false);
    in.endMessage();

    assertThat(records.slice().toString(US_ASCII)).isEqualTo("ab");
    assertThat(frame.readerIndex()).isEqualTo(begin + 6);
    assertThat(in.readInt8()).isEqualTo((byte) 7);
    assertThat(in.remaining()).isZero();
    records.release();
    frame.release();
  }

  @Test
  void varintsAreThoseOfKafka() {
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      int value = (int) (random.nextLong() >> random.nextInt(64));
      WireWriter out = new WireWriter(buffer.clear());
      out.writeUnsignedVarint(value);
      out.endMessage();

      ByteBuffer theirs = ByteBuffer.allocate(20);
      ByteBufferAccessor kafka = new ByteBufferAccessor(theirs);
      kafka.writeUnsignedVarint(value);
      assertThat(WireSize.unsignedVarint(value)).isEqualTo(theirs.position());
      assertThat(buffer.nioBuffer()).as("%d", value).isEqualTo(theirs.flip());

      WireReader in = new WireReader(buffer);
      assertThat(in.readUnsignedVarint()).isEqualTo(value);
    }
  }

  @Test
  void varintsThatAreTooLongAreMalformed() {
    assertMalformed(in -> in.readUnsignedVarint(), 0xff, 0xff, 0xff, 0xff, 0x10);
    assertMalformed(in -> in.readUnsignedVarint(), 0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
    assertMalformed(in -> in.readUnsignedVarint(), 0x80);
  }

  @Test
  void stringsAndBytesComeBackInBothEncodings() {
    for (boolean compact : List.of(true, false)) {
      WireWriter out = new WireWriter(buffer.clear());
      out.writeString("für 世界 🚀", compact);
      out.writeString(null, compact);
      out.writeBytes(ByteBuffer.wrap(new byte[] {1, 2}), compact);
      out.writeBytes(null, compact);
      out.endMessage();

      assertThat(buffer.readableBytes())
          .isEqualTo(
              WireSize.string("für 世界 🚀", compact)
                  + WireSize.string(null, compact)
                  + WireSize.bytes(ByteBuffer.allocate(2), compact)
                  + WireSize.bytes(null, compact));
      WireReader in = new WireReader(buffer);
      assertThat(in.readString(compact)).isEqualTo("für 世界 🚀");
      assertThat(in.readNullableString(compact)).isNull();
      assertThat(in.readBytes(compact)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(in.readNullableBytes(compact)).isNull();
    }
  }

  @Test
  void lengthsThatLieAreMalformed() {
    assertMalformed(in -> in.readString(false), 0x00, 0x02, 'a');
    assertMalformed(in -> in.readNullableString(false), 0xff, 0xfe);
    assertMalformed(in -> in.readString(false), 0xff, 0xff);
    assertMalformed(in -> in.readString(true), 0x00);
    assertMalformed(in -> in.readBytes(false), 0x7f, 0xff, 0xff, 0xff);
    assertMalformed(in -> in.readNullableBytes(true), 0xff, 0xff, 0xff, 0xff, 0x0f);
    assertMalformed(in -> in.readList(false, 4, in::readInt32), 0xff, 0xff, 0xff, 0xff);
    assertMalformed(in -> in.readList(true, 4, in::readInt32), 0x02, 0x00, 0x00);
    assertMalformed(in -> in.readPresence(), 0x02);
    assertMalformed(in -> in.readTaggedPresence(), 0x02);
  }

  @Test
  void unknownTaggedFieldsAreSkipped() {
    WireReader in = new WireReader(bytes(0x02, 0x03, 0x01, 0x00, 0x05, 0x02, 0x00, 0x00, 0x2a));

    in.skipTaggedFields();

    assertThat(in.readInt8()).isEqualTo((byte) 0x2a);
  }

  @Test
  void taggedFieldsAreConfinedToTheirLength() {
    assertMalformed(
        in -> {
          in.beginTaggedField();
          in.readInt32();
        },
        0x02,
        0x00,
        0x00,
        0x00,
        0x00);
    assertMalformed(
        in -> {
          int end = in.beginTaggedField();
          in.readInt8();
          in.endTaggedField(end);
        },
        0x02,
        0x00,
        0x00);
    assertMalformed(in -> in.skipTaggedFields(), 0x02, 0x03, 0x00, 0x03, 0x00);
    assertMalformed(in -> in.skipTaggedFields(), 0xff, 0xff, 0xff, 0xff, 0x0f);
  }

  @Test
  void recordsAreSlicesOfTheFrameWithAReferenceForEach() {
    ByteBuf frame = bytes(0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 2, 4, 5, 0, 0, 0, 0, 6);
    WireReader in = new WireReader(frame);

    Records first = in.readRecords(false);
    Records second = in.readRecords(false);
    Records none = in.readRecords(false);
    assertThat(frame.refCnt()).isEqualTo(1);
    in.endMessage();

    assertThat(first.sizeInBytes()).isEqualTo(3);
    assertThat(second).isEqualTo(BufferRecords.of(bytes(4, 5)));
    assertThat(none).isSameAs(BufferRecords.EMPTY);
    assertThat(frame.readableBytes()).isEqualTo(1);
    assertThat(frame.refCnt()).isEqualTo(3);
    first.release();
    assertThat(frame.refCnt()).isEqualTo(2);
    second.release();
    assertThat(frame.refCnt()).isEqualTo(1);
  }

  @Test
  void aBufferWithoutRoomGrows() {
    ByteBuf small = PooledByteBufAllocator.DEFAULT.directBuffer(4, 4000).writeByte(1);
    WireWriter writer = new WireWriter(small);
    for (int i = 0; i < 300; i++) {
      writer.writeInt64(i);
    }
    writer.writeString("x".repeat(1000), true);
    writer.endMessage();

    assertThat(small.readByte()).isEqualTo((byte) 1);
    WireReader in = new WireReader(small);
    for (int i = 0; i < 300; i++) {
      assertThat(in.readInt64()).isEqualTo(i);
    }
    assertThat(in.readString(true)).isEqualTo("x".repeat(1000));
    assertThat(in.remaining()).isZero();
    small.release();
  }

  @Test
  void recordsAreSplicedIn(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("segment"), new byte[100]);
    AtomicInteger releases = new AtomicInteger();
    try (FileChannel channel = FileChannel.open(file)) {
      FileRecords inFile = new FileRecords(channel, 10, 50, releases::incrementAndGet);
      BufferRecords inMemory = BufferRecords.of(bytes(7, 8));
      WireWriter splicing = WireWriter.splicing(buffer);
      splicing.writeInt8((byte) 1);
      splicing.writeRecords(inFile, true);
      splicing.writeRecords(BufferRecords.EMPTY, true);
      splicing.writeRecords(inMemory, true);
      splicing.endMessage();

      assertThat(splicing.splices())
          .containsExactly(new Splice(2, inFile), new Splice(4, inMemory));
      assertThat(buffer.readableBytes()).isEqualTo(1 + 1 + 1 + 1);
      assertThat(WireSize.records(inFile, true)).isEqualTo(51);
      assertThat(WireSize.recordsBytes(inFile)).isEqualTo(50);
    }
  }

  @Test
  void recordsAreCopiedWhereverTheyAre(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("segment"), new byte[] {1, 2, 3, 4, 5});
    AtomicInteger releases = new AtomicInteger();
    try (FileChannel channel = FileChannel.open(file)) {
      FileRecords records = new FileRecords(channel, 1, 3, releases::incrementAndGet);
      out.writeRecords(records, true);
      out.writeRecords(BufferRecords.of(bytes(7, 8)), true);
      out.endMessage();

      assertThat(out.splices()).isEmpty();
      assertThat(buffer).isEqualTo(bytes(4, 2, 3, 4, 3, 7, 8));
      records.release();
      records.release();
      assertThat(releases).hasValue(1);
    }
  }

  @Test
  void aStringTooLongForTheOlderEncodingIsRefusedBeforeItIsWritten() {
    String text = "x".repeat(40_000);

    assertThatThrownBy(() -> WireSize.string(text, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(WireSize.string(text, true)).isEqualTo(40_003);
  }

  private interface Reading {
    void read(WireReader in);
  }

  private static void assertMalformed(Reading reading, int... bytes) {
    WireReader in = new WireReader(bytes(bytes));
    assertThatThrownBy(() -> reading.read(in)).isInstanceOf(MalformedMessageException.class);
  }

  private static ByteBuf bytes(int... bytes) {
    ByteBuf buffer = Unpooled.buffer();
    for (int b : bytes) {
      buffer.writeByte(b);
    }
    return buffer;
  }
}
